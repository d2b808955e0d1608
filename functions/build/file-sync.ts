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

/** Bytes that are sent at once, at most, and those of a file that go into one packet, as fsutil cuts them. */
const BLOCK = 64 * 1024
const PIECE = 32 * 1024

/**
 * Our side of `FileSync/DiffCopy`: shows an engine a listing, and gives it the bytes of what it asks for, which are the
 * files of which it does not have the size, mode and time already. Ends when the engine has all
 * (https://github.com/tonistiigi/fsutil/blob/master/receive.go). An engine that gives up, or asks for what is not
 * listed, is an Error; bytes that cannot be read are a Failure. What `send` is given is its own until it has ended.
 */
export async function sendFiles(
  engine: AsyncIterable<Buffer>,
  listed: readonly Listed[],
  send: (bytes: Buffer) => Promise<void>,
): Promise<void> {
  const reader = openReader()
  const block = openBlock(send)
  try {
    for (const one of listed) await block.put(packet(STAT, statOf(one)))
    await block.put(packet(STAT))
    await block.flush()
    for await (const messages of messagesIn(engine)) {
      const packets = messages.map(packetIn)
      for (const { kind, id } of packets) if (kind === REQUEST) await putFile(id)
      const last = packets.find(({ kind }) => kind === ERROR || kind === FIN)
      if (last?.kind === ERROR) throw new Error(places.engineGaveUp(last.text))
      if (last) await block.put(packet(FIN))
      await block.flush()
      if (last) return
    }
    throw new Error(places.syncCut)
  } finally {
    await reader.close()
  }

  async function putFile(id: number): Promise<void> {
    const file = listed[id]
    if (file === undefined || !('bytes' in file) || file.bytes === undefined)
      throw new Error(places.notListed(id))
    const { bytes, size } = file
    for (let at = 0; at < size; at += PIECE) {
      const length = Math.min(PIECE, size - at)
      await block.put(dataHead(id, length))
      const room = await block.room(length)
      if (Buffer.isBuffer(bytes)) bytes.copy(room, 0, at)
      else await reader.fill(room, { file: bytes.file, at: bytes.at + at })
    }
    // One without bytes is the end.
    await block.put(packet(DATA, '', id))
  }
}

/**
 * The one piece of memory that all of a context goes through: V8 lets 64 MB of buffers lie about before it looks for
 * those that nobody needs, and a context is more.
 */
function openBlock(send: (bytes: Buffer) => Promise<void>) {
  const block = Buffer.allocUnsafe(BLOCK)
  let end = 0
  async function flush(): Promise<void> {
    if (end > 0) await send(block.subarray(0, end))
    end = 0
  }
  /** Room for the next bytes, to be filled before anything else is asked of the block. */
  async function room(length: number): Promise<Buffer> {
    if (end + length > BLOCK) await flush()
    end += length
    return block.subarray(end - length, end)
  }
  async function put(bytes: Buffer): Promise<void> {
    if (bytes.length <= BLOCK) return void bytes.copy(await room(bytes.length))
    // Of a path that is longer than any that an engine would take.
    await flush()
    await send(bytes)
  }
  return { flush, room, put }
}

function packet(kind: number, stat: Buffer | string = '', id = 0): Buffer {
  return framed(message(kind, stat, id))
}

/** What stands before so many bytes of a file. */
function dataHead(id: number, length: number): Buffer {
  const head = Buffer.concat([message(DATA, '', id), beginning(4, length)])
  return Buffer.concat([prefixOf(head.length + length), head])
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
