import type { TransformOptions } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, type ZlibOptions } from 'node:zlib'
import { unfit } from '../refusal.ts'
import type { ByteReader } from '../tar/byte-reader.ts'

const GZIP = [0x1f, 0x8b]
/** What else engines can make of a layer; the Node of the service has none of it (zstd came with 22.15). */
const OTHERS = { zstd: [0x28, 0xb5, 0x2f, 0xfd], xz: [0xfd, 0x37, 0x7a, 0x58], bzip2: [0x42, 0x5a, 0x68] }
const PIECE = 1 << 18
/** It unpacks on while what came out is being written. */
const UNPACKING: ZlibOptions & TransformOptions = { chunkSize: PIECE, readableHighWaterMark: 4 * PIECE }

/** The archive in a layer of so many bytes: as it is, or out of gzip, in as many members as that has. */
export async function* decompressed(bytes: ByteReader, size: number, layer: number): AsyncGenerator<Buffer> {
  const first = await bytes.take(Math.min(4, size))
  const begins = (magic: number[]) => magic.every((byte, at) => first[at] === byte)
  for (const [name, magic] of Object.entries(OTHERS))
    if (begins(magic))
      throw unfit(
        `layer ${layer} of the image is compressed with ${name}: only gzip can become a disk (the base image may bring it)`,
      )
  async function* whole(): AsyncGenerator<Buffer> {
    yield first
    yield* bytes.pass(size - first.length)
  }
  yield* begins(GZIP) ? gunzipped(whole(), layer) : whole()
}

async function* gunzipped(source: AsyncIterable<Buffer>, layer: number): AsyncGenerator<Buffer> {
  const gunzip = createGunzip(UNPACKING)
  let broken: unknown
  const feeding = pipeline(source, gunzip).catch((error) => (broken = error))
  try {
    yield* gunzip
    await feeding
  } catch (error) {
    await feeding
    const cause = (broken ?? error) as NodeJS.ErrnoException
    if (cause.code?.startsWith('Z_'))
      throw unfit(`layer ${layer} of the image cannot be decompressed: ${cause.message}`)
    throw cause
  }
}
