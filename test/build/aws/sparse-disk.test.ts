import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync, gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { sparseArchive } from '../../../ami/sparse.ts'
import { BLOCK_BYTES, blocksOf } from '../../../functions/build/aws/block.ts'
import { sparseDisk } from '../../../functions/build/aws/sparse-disk.ts'
import { failureOf } from '../../support/failure-of.ts'
import { FOLDER, makeDisk } from './stage.ts'

const MiB = 2 ** 20

/** A file with these bytes in it, and holes between. */
function holed(size: number, parts: [offset: number, data: Buffer][]): string {
  const name = join(FOLDER, 'holed')
  const file = openSync(name, 'w')
  ftruncateSync(file, size)
  for (const [offset, data] of parts) writeSync(file, data, 0, data.length, offset)
  closeSync(file)
  return name
}

async function layerOf(file: string): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of sparseArchive(file, new AbortController().signal)) parts.push(part)
  return gzipSync(Buffer.concat(parts))
}

async function* chunked(bytes: Buffer, size = 1000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** The disk, rebuilt from its blocks, and which they are. */
async function rebuild(
  layer: AsyncIterable<Buffer>,
  size: number,
): Promise<{ disk: Buffer; indexes: number[] }> {
  const disk = Buffer.alloc(Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES)
  const indexes: number[] = []
  const spare: Buffer[] = []
  // What a buffer had in it before must not show.
  const take = async () => spare.pop() ?? Buffer.alloc(BLOCK_BYTES, 0xff)
  for await (const { index, data } of blocksOf(sparseDisk(layer), {
    take,
    give: (one) => void spare.push(one),
  })) {
    data.copy(disk, index * BLOCK_BYTES)
    indexes.push(index)
    spare.push(data.fill(0xee))
  }
  return { disk, indexes }
}

const reading = suite('sparseDisk and blocksOf')
reading('give back a disk, without the blocks that are all zeros', async () => {
  const file = holed(3 * MiB, [
    [0, Buffer.from('boot')],
    // Across the border of two blocks, and one of zeros that is written.
    [2 * BLOCK_BYTES - 5000, Buffer.alloc(10_000, 1)],
    [4 * BLOCK_BYTES, Buffer.alloc(BLOCK_BYTES)],
    [3 * MiB - 1, Buffer.from('e')],
  ])
  const { disk, indexes } = await rebuild(chunked(await layerOf(file)), 3 * MiB)
  assert.equal(indexes, [0, 1, 2, 5])
  assert.ok(disk.equals(readFileSync(file)))
})
reading('leave out a block of zeros that the archive has', async () => {
  const parts = ['1', '0', String(2 * BLOCK_BYTES)].join('\n')
  const data = Buffer.concat([Buffer.alloc(BLOCK_BYTES), Buffer.alloc(BLOCK_BYTES, 7)])
  const layer = await archive(`${parts}\n`, data, 2 * BLOCK_BYTES)
  const { indexes } = await rebuild(chunked(layer, 100_000), 2 * BLOCK_BYTES)
  assert.equal(indexes, [1])
})
reading('fill the last block up with zeros', async () => {
  const size = BLOCK_BYTES + 100
  const file = holed(size, [[BLOCK_BYTES, Buffer.alloc(100, 9)]])
  const { disk, indexes } = await rebuild(chunked(await layerOf(file)), size)
  assert.equal(indexes, [1])
  assert.ok(disk.subarray(0, size).equals(readFileSync(file)))
  assert.ok(disk.subarray(size).equals(Buffer.alloc(BLOCK_BYTES - 100)))
})
reading('take a disk that is one hole', async () => {
  const { indexes } = await rebuild(chunked(await layerOf(holed(MiB, []))), MiB)
  assert.equal(indexes, [])
})
reading('take a layer of several gzip members, as the service ami packs it', async () => {
  const { raw, layer } = await makeDisk(30, 64 * MiB)
  const { disk, indexes } = await rebuild(chunked(readFileSync(layer), 65_536), 64 * MiB)
  assert.is(indexes.length, 30)
  assert.ok(disk.equals(readFileSync(raw)))
})
reading.run()

/** A layer with one sparse member. */
async function archive(map: string, data: Buffer, size: number, members = 1): Promise<Buffer> {
  const tar = pack()
  const head = Buffer.from(map)
  const content = Buffer.concat([head, Buffer.alloc(-head.length & 511), data])
  const pax = {
    'GNU.sparse.major': '1',
    'GNU.sparse.minor': '0',
    'GNU.sparse.name': 'disk.img',
    'GNU.sparse.realsize': String(size),
  }
  for (let n = 0; n < members; n += 1) tar.entry({ name: 'disk.img', pax }, content)
  tar.finalize()
  return gzipSync(await buffer(tar))
}

const plain = async () => {
  const tar = pack()
  tar.entry({ name: 'disk.img' }, 'a disk')
  tar.finalize()
  return gzipSync(await buffer(tar))
}
const cut = async () => (await layerOf(holed(MiB, [[0, Buffer.alloc(9000, 1)]]))).subarray(0, 80)
const BROKEN: Record<string, [layer: () => Promise<Buffer>, why: RegExp]> = {
  'no gzip': [async () => Buffer.from('<html>'), /incorrect header check/],
  'a layer that breaks off': [cut, /unexpected end of file/],
  'an archive that breaks off': [
    async () =>
      gzipSync(gunzipSync(await layerOf(holed(MiB, [[0, Buffer.alloc(9000, 1)]]))).subarray(0, 4000)),
    /Unexpected end of data/,
  ],
  'an archive without a file': [async () => gzipSync(Buffer.alloc(1024)), /not one sparse file/],
  'a file that is not sparse': [plain, /not one sparse file/],
  'two files': [() => archive('0\n', Buffer.alloc(0), 0, 2), /not one sparse file/],
  'a map of words': [() => archive('one\n', Buffer.alloc(0), 0), /a map that is not one/],
  'a map that goes back': [() => archive('2\n512\n512\n0\n512\n', Buffer.alloc(1024), 2048), /goes back/],
  'a map beyond the end': [() => archive('1\n512\n512\n', Buffer.alloc(512), 600), /beyond its end/],
  'more data than its map has': [() => archive('1\n0\n10\n', Buffer.alloc(512), 512), /more data/],
  'less data than its map has': [() => archive('1\n0\n1024\n', Buffer.alloc(512), 2048), /less data/],
}
const refusing = suite('sparseDisk')
for (const [title, [layer, why]] of Object.entries(BROKEN))
  refusing(`says that the registry's disk cannot be read: ${title}`, async () => {
    const { code, message } = await failureOf(rebuild(chunked(await layer()), MiB))
    assert.is(code, 'registry_error')
    assert.match(message, /^the disk in the registry cannot be read \(/)
    assert.match(message, why)
  })
refusing('says so of a layer whose stream fails', async () => {
  async function* failing(): AsyncGenerator<Buffer> {
    yield (await layerOf(holed(MiB, [[0, Buffer.alloc(9000, 1)]]))).subarray(0, 80)
    throw new Error('socket hang up')
  }
  assert.match((await failureOf(rebuild(failing(), MiB))).message, /\(socket hang up\)$/)
})
refusing.run()
