import { batched } from '../shared/batched.ts'
import { framed, messagesIn, prefixOf } from './grpc.ts'
import { openReader } from './place.ts'
import { beginning, fields, message } from './protobuf.ts'
import { type Listed, statOf } from './synced.ts'
import * as places from './words/places.ts'

/** The kinds of packet, as fsutil numbers them. */
const STAT = 0
const REQUEST = 1
const DATA = 2
const FIN = 3
const ERROR = 4

/** Bytes that are sent at once, at least, unless there is no more to send. */
const BLOCK = 64 * 1024

/**
 * Our side of `FileSync/DiffCopy`: shows an engine a listing, and gives it the bytes of what it asks for, which are the
 * files of which it does not have the size, mode and time already. Ends when the engine has all
 * (https://github.com/tonistiigi/fsutil/blob/master/receive.go). An engine that gives up, or asks for what is not
 * listed, is an Error; bytes that cannot be read are a Failure.
 */
export async function* filesFor(
  engine: AsyncIterable<Buffer>,
  listed: readonly Listed[],
): AsyncGenerator<Buffer> {
  const reader = openReader()
  try {
    yield* batched(shown(listed), BLOCK)
    for await (const messages of messagesIn(engine)) {
      const packets = messages.map(packetIn)
      const asked = packets.filter(({ kind }) => kind === REQUEST)
      yield* batched(contents(asked), BLOCK)
      const last = packets.find(({ kind }) => kind === ERROR || kind === FIN)
      if (last?.kind === ERROR) throw new Error(places.engineGaveUp(last.text))
      if (last) return yield packet(FIN)
    }
    throw new Error(places.syncCut)
  } finally {
    await reader.close()
  }

  async function* contents(asked: readonly { id: number }[]): AsyncGenerator<Buffer> {
    for (const { id } of asked) {
      const file = listed[id]
      if (file === undefined || !('bytes' in file) || file.bytes === undefined)
        throw new Error(places.notListed(id))
      const { bytes, size } = file
      const pieces = Buffer.isBuffer(bytes) ? [bytes] : reader.read(bytes, size)
      // One without bytes would be the end.
      for await (const piece of pieces) if (piece.length > 0) yield* dataPacket(id, piece)
      yield packet(DATA, '', id)
    }
  }
}

function* shown(listed: readonly Listed[]): Generator<Buffer> {
  for (const one of listed) yield packet(STAT, statOf(one))
  yield packet(STAT)
}

function packet(kind: number, stat: Buffer | string = '', id = 0): Buffer {
  return framed(message(kind, stat, id))
}

/** Not in one piece: the whole context goes through here, and each copy of it is memory for a while. */
function* dataPacket(id: number, data: Buffer): Generator<Buffer> {
  const head = Buffer.concat([message(DATA, '', id), beginning(4, data.length)])
  yield Buffer.concat([prefixOf(head.length + data.length), head])
  yield data
}

function packetIn(bytes: Buffer): { kind: number; id: number; text: string } {
  const found = { kind: STAT, id: 0, text: '' }
  for (const [number, value] of fields(bytes)) {
    if (number === 1) found.kind = Number(value)
    if (number === 3) found.id = Number(value)
    if (number === 4) found.text = String(value)
  }
  return found
}
