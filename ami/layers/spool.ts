import type { FileHandle } from 'node:fs/promises'
import { Refusal, tooLarge, unfit, workFull } from '../refusal.ts'
import { type ByteReader, byteReader } from '../tar/byte-reader.ts'
import { nextMember } from '../tar/member.ts'
import { placeOf } from '../tar/places.ts'
import { applyEntry } from './apply-entry.ts'
import { decompressed } from './decompressed.ts'
import { emptyFolder, type Folder } from './tree.ts'

/** Bytes of names, and what one costs beside: what is kept of an image in memory. */
const NAMES_LIMIT = 64 << 20
const NAME_COST = 100

/**
 * Takes the layers of an image (a tar with the members 0, 1, …, lowest first) and writes the archives in them into one
 * file, one behind the other. Returns which of their members are the image's file system. All layers together must be
 * no larger than the disk of so many GiB.
 */
export async function spoolLayers(
  body: AsyncIterable<Buffer>,
  spool: FileHandle,
  gib: number,
): Promise<Folder> {
  const bytes = byteReader(body)
  const root = emptyFolder(0)
  const file = writer(spool, gib)
  let names = 0
  let layer = 0
  for (let member = await nextMember(bytes); member; member = await nextMember(bytes)) {
    if (member.name !== `${layer}` || member.type !== '0')
      throw new Refusal(400, `the body must be a tar of layers: ${layer} is missing`)
    const from = file.size()
    const archive = byteReader(file.written(decompressed(bytes, member.size, layer)))
    for await (const { size, ...entry } of entriesOf(archive)) {
      // Before its bytes are there.
      file.reserve(from + entry.from + size)
      names += NAME_COST + entry.place.length + entry.link.length
      if (names > NAMES_LIMIT) throw unfit('the layers of the image have more files than can become a disk')
      applyEntry(root, layer, { ...entry, from: from + entry.from })
    }
    await bytes.take(-member.size & 511)
    layer++
  }
  for await (const _ of bytes.rest());
  return root
}

/** To the archive's end, and past what stands behind it. An archive may end without a mark: Go's writers make such. */
async function* entriesOf(bytes: ByteReader) {
  for (;;) {
    const from = bytes.at()
    const member = (await bytes.ended()) ? undefined : await nextMember(bytes)
    if (member === undefined) break
    const { type, name, link, size } = member
    yield { type, place: placeOf(name), link: type === '1' ? placeOf(link) : link, from, size }
    for await (const _ of bytes.pass(size + (-size & 511)));
  }
  for await (const _ of bytes.rest());
}

function writer(spool: FileHandle, gib: number) {
  let size = 0
  function reserve(until: number): void {
    if (until > gib * 2 ** 30) throw tooLarge(gib)
  }
  return {
    size: () => size,
    reserve,
    async *written(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const piece of pieces) {
        size += piece.length
        reserve(size)
        await spool.writeFile(piece).catch((error: NodeJS.ErrnoException) => {
          throw error.code === 'ENOSPC' ? workFull() : error
        })
        yield piece
      }
    },
  }
}
