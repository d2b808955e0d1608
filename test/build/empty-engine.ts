import { PassThrough, type Readable } from 'node:stream'
import { sendFiles } from '../../functions/build/file-sync.ts'
import { framed, messagesIn } from '../../functions/build/grpc.ts'
import { type Offer, offered } from '../../functions/build/offer.ts'
import { fields, message } from '../../functions/build/protobuf.ts'
import type { Listed } from '../../functions/build/synced.ts'

/** An entry as an engine sees it: Go's mode, and the time in s. */
export type Seen = { path: string; mode: number; time: number; size: number; link: string; bytes: Buffer }

const [STAT, REQUEST, DATA, FIN] = [0, 1, 2, 3]
const FOLDER = 0o20000000000
const LINK = 0o1000000000

/** What an engine that has nothing yet gets of an offer. */
export function allOf(offer: Offer, name = 'context', followpaths = 'a, b'): Promise<Seen[]> {
  return take(offered(offer, { 'dir-name': name, followpaths }) ?? [])
}

/** Asks for all files as soon as it knows them. */
export async function take(listed: readonly Listed[]): Promise<Seen[]> {
  const ours = new PassThrough()
  const seen: Seen[] = []
  const ended = new Set<number>()
  let listedAll = false
  const files = () => seen.flatMap(({ mode }, id) => (mode < LINK ? [id] : []))
  const ask = (kind: number, id = 0) => ours.write(framed(message(kind, '', id)))
  for await (const messages of messagesIn(sentTo(ours, listed)))
    for (const bytes of messages) {
      const packet = new Map(fields(bytes))
      const kind = Number(packet.get(1) ?? STAT)
      const stat = packet.get(2) as Buffer | undefined
      const id = Number(packet.get(3) ?? 0)
      const data = packet.get(4) as Buffer | undefined
      if (kind === STAT && stat) seen.push(entryOf(stat))
      if (kind === STAT && !stat) {
        listedAll = true
        for (const file of files()) ask(REQUEST, file)
      }
      const entry = seen[id]
      if (kind === DATA && data && entry) entry.bytes = Buffer.concat([entry.bytes, data])
      if (kind === DATA && !data) ended.add(id)
      if (kind === FIN) ours.end()
      else if (listedAll && ended.size === files().length) ask(FIN)
    }
  return seen
}

/** What is sent to an engine: a copy, for its memory is used again. */
export function sentTo(engine: AsyncIterable<Buffer>, listed: readonly Listed[]): Readable {
  const theirs = new PassThrough()
  const send = async (bytes: Buffer) => void theirs.write(Buffer.from(bytes))
  sendFiles(engine, listed, send).then(
    () => theirs.end(),
    (error: Error) => theirs.destroy(error),
  )
  return theirs
}

export const isFolder = ({ mode }: Seen) => mode >= FOLDER

function entryOf(stat: Buffer): Seen {
  const field = new Map(fields(stat))
  const [size, time] = [Number(field.get(5) ?? 0), Number(((field.get(6) ?? 0n) as bigint) / 1_000_000_000n)]
  const [path, link] = [String(field.get(1)), String(field.get(7) ?? '')]
  return { path, mode: Number(field.get(2)), time, size, link, bytes: Buffer.alloc(0) }
}
