import { type ByteReader, byteReader } from '../ami/tar/byte-reader.ts'
import { checksumFits, sizeOf, typeOf } from '../ami/tar/header.ts'
import { paxRecords } from '../ami/tar/pax.ts'

/** The one file of an archive, its holes left out. */
export type SparseFile = {
  size: number
  /** What lies between the holes. To be read to its end. */
  pieces(): AsyncGenerator<{ at: number; bytes: Buffer }>
}

const BLOCK = 512
/** Of an extended header, and of the numbers before the data. */
const LIMIT = 1 << 20
const EXTENTS_LIMIT = 1 << 24

/**
 * Reads what the service ami writes: a sparse file in POSIX's form, version 1.0, where a list of what is no hole comes
 * before the data. https://www.gnu.org/software/tar/manual/html_node/PAX-1.html
 */
export async function readSparse(archive: AsyncIterable<Buffer>): Promise<SparseFile> {
  const bytes = byteReader(archive)
  const records = await recordsOf(bytes)
  const number = (key: string) => Number(records.get(`GNU.sparse.${key}`))
  if (number('major') !== 1 || number('minor') !== 0) throw broken('it holds no sparse file')
  const header = await bytes.take(BLOCK)
  const stored = Number(records.get('size') ?? sizeOf(header))
  const size = number('realsize')
  const begun = bytes.at()
  const extents = await extentsOf(bytes)
  const data = extents.reduce((sum, { length }) => sum + length, 0)
  const ends = extents.reduce((end, { at, length }) => (at >= end ? at + length : Number.NaN), 0)
  if (!(ends <= size) || data + bytes.at() - begun !== stored) throw broken('its parts do not fit')
  return {
    size,
    async *pieces() {
      for (const { at, length } of extents) {
        let done = 0
        for await (const piece of bytes.pass(length)) {
          yield { at: at + done, bytes: piece }
          done += piece.length
        }
      }
      for await (const _ of bytes.rest());
    },
  }
}

async function recordsOf(bytes: ByteReader): Promise<Map<string, string>> {
  const header = await bytes.take(BLOCK)
  const size = sizeOf(header)
  if (!checksumFits(header) || typeOf(header) !== 'x' || size === undefined || size > LIMIT)
    throw broken('it does not begin as one')
  return paxRecords((await bytes.take(size + (-size & (BLOCK - 1)))).subarray(0, size))
}

/** Decimal numbers, each with a newline, in whole blocks: how many extents, then offset and length of each. */
async function extentsOf(bytes: ByteReader): Promise<{ at: number; length: number }[]> {
  let rest = ''
  const numbers: number[] = []
  while (numbers.length === 0 || numbers.length < 1 + 2 * (numbers[0] as number)) {
    const lines = (rest + (await bytes.take(BLOCK)).toString('latin1')).split('\n')
    rest = lines.pop() as string
    for (const line of lines) numbers.push(/^\d{1,15}$/.test(line) ? Number(line) : Number.NaN)
    if (numbers.some(Number.isNaN) || (numbers[0] as number) > EXTENTS_LIMIT)
      throw broken('its list is no list')
  }
  const [count = 0, ...places] = numbers
  return Array.from({ length: count }, (_, i) => ({
    at: places[2 * i] as number,
    length: places[2 * i + 1] as number,
  }))
}

function broken(what: string): Error {
  return new Error(`the disk in the registry cannot be read: ${what}`)
}
