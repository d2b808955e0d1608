import { pipeline, type Writable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import { Failure } from '../../shared/failure.ts'
import * as words from '../words/aws.ts'

/** A part of the disk with something in it: where it stands, in bytes. */
export type Piece = { offset: number; data: Buffer }

const CHUNK = 1 << 18
const SECTOR = 512
/** Of the map in front of the data, in bytes: no disk of ours has so many holes. */
const MAP_LIMIT = 4 * 1024 * 1024

/**
 * What is in a disk, in its order, without the holes: from its layer, a tar+gzip with one sparse file in pax form 1.0
 * (https://www.gnu.org/software/tar/manual/html_section/Sparse-Formats.html). What is no such layer, or breaks off, is a
 * Failure `registry_error`.
 */
export async function* sparseDisk(layer: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
  const untar = extract()
  const ended = new Promise<void>((resolve, reject) => {
    const end = (error?: Error | null) => (error ? reject(error) : resolve())
    // tar-stream's streams are streamx's, which Node's pipeline takes.
    pipeline(layer, createGunzip({ chunkSize: CHUNK }), untar as unknown as Writable, end)
  })
  // It destroys what is read below with the same error.
  ended.catch(() => {})
  let disks = 0
  try {
    for await (const entry of untar) {
      disks += 1
      if (disks > 1 || !isSparse(entry.header)) throw new Error(words.notSparse)
      yield* pieces(entry as AsyncIterable<Buffer>, Number(paxOf(entry.header)['GNU.sparse.realsize']))
    }
    await ended
    if (disks === 0) throw new Error(words.notSparse)
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure('registry_error', words.diskUnreadable((error as Error).message), error)
  }
}

/** The records of a member's extended header. */
function paxOf({ pax }: Header): Record<string, string> {
  return (pax ?? {}) as Record<string, string>
}

function isSparse(header: Header): boolean {
  const { 'GNU.sparse.major': major, 'GNU.sparse.minor': minor } = paxOf(header)
  return header.type === 'file' && major === '1' && minor === '0'
}

async function* pieces(content: AsyncIterable<Buffer>, size: number): AsyncGenerator<Piece> {
  let map: number[] | undefined
  let head: Buffer = Buffer.alloc(0)
  let [at, left, next] = [0, 0, 0]
  const advance = (spans: number[]): void => {
    for (; left === 0 && next < spans.length; next += 2) [at = 0, left = 0] = spans.slice(next, next + 2)
  }
  for await (const chunk of content) {
    let rest = chunk
    if (map === undefined) {
      head = Buffer.concat([head, chunk])
      const read = readMap(head, size)
      if (read === undefined) continue
      map = read.map
      rest = head.subarray(read.length)
      advance(map)
    }
    while (rest.length > 0) {
      if (left === 0) throw new Error(words.mapTooShort)
      const data = rest.subarray(0, left)
      yield { offset: at, data }
      rest = rest.subarray(data.length)
      at += data.length
      left -= data.length
      advance(map)
    }
  }
  if (map === undefined || left > 0) throw new Error(words.mapTooLong)
}

/** The offsets and lengths in turn, and how many bytes they take with their padding; undefined: more is needed. */
function readMap(head: Buffer, size: number): { map: number[]; length: number } | undefined {
  const numbers: number[] = []
  let at = 0
  for (let wanted = 1; numbers.length < wanted; ) {
    const end = head.indexOf(0x0a, at)
    if (end < 0) {
      if (head.length > MAP_LIMIT) throw new Error(words.mapEndless)
      return undefined
    }
    const text = head.toString('latin1', at, end)
    if (!/^\d{1,15}$/.test(text)) throw new Error(words.mapBroken)
    numbers.push(Number(text))
    at = end + 1
    if (numbers.length === 1) wanted = 1 + 2 * Number(text)
  }
  const length = at + (-at & (SECTOR - 1))
  if (head.length < length) return undefined
  const map = numbers.slice(1)
  checkOrder(map, size)
  return { map, length }
}

function checkOrder(map: number[], size: number): void {
  let last = 0
  for (let index = 0; index < map.length; index += 2) {
    const [offset = 0, length = 0] = [map[index], map[index + 1]]
    if (offset < last || !(offset + length <= size)) throw new Error(words.mapAstray)
    last = offset + length
  }
}
