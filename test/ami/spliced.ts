import { byteReader } from '../../ami/tar/byte-reader.ts'
import { tarEntry } from '../../ami/tar/entry.ts'
import { nextMember } from '../../ami/tar/member.ts'
import { type Accounts, splice } from '../../ami/tar/splice.ts'

export type Seen = { name: string; type: string; link: string; mode: number; body: string }

const PAYLOAD = tarEntry({ name: '.ami/', type: 'folder' })

/** What splice makes of an archive that comes in pieces of `piece` bytes: bytes, members, and the accounts it found. */
export async function spliced(tar: Buffer, piece = 700) {
  let accounts: Accounts = {}
  const service = (found: Accounts) => {
    accounts = found
    return 'the service\n'
  }
  const parts: Buffer[] = []
  for await (const part of splice(inPieces(tar, piece), { payload: PAYLOAD, mtime: 7, service }))
    parts.push(part)
  const bytes = Buffer.concat(parts)
  return { bytes, accounts, members: await membersOf(bytes) }
}

/** Only what the image has brought, by name. */
export async function brought(...members: Buffer[]): Promise<Seen[]> {
  const before = new Set((await spliced(Buffer.alloc(1024))).members.map(({ name }) => name))
  const { members: all } = await spliced(Buffer.concat([...members, Buffer.alloc(1024)]))
  return all.filter(({ name }) => !before.has(name))
}

export async function membersOf(tar: Buffer): Promise<Seen[]> {
  const bytes = byteReader(inPieces(tar, 1 << 16))
  const seen: Seen[] = []
  for (let one = await nextMember(bytes); one; one = await nextMember(bytes)) {
    const body = await bytes.take(one.size + (-one.size & 511))
    const mode = Number.parseInt(one.head.subarray(-512).toString('latin1', 100, 107), 8)
    seen.push({
      name: one.name,
      type: one.type,
      link: one.link,
      mode,
      body: body.toString('latin1', 0, one.size),
    })
  }
  return seen
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
