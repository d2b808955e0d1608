import type { FileHandle } from 'node:fs/promises'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type ByteReader, byteReader } from '../tar/byte-reader.ts'
import { END, tarEntry } from '../tar/entry.ts'
import { type Member, nextMember } from '../tar/member.ts'
import { placeOf } from '../tar/places.ts'
import { rewritten } from '../tar/rewritten.ts'
import { spoolLayers } from './spool.ts'
import { type File, type Folder, isFolder, walk } from './tree.ts'

/** Members mostly stand in the spool in the order in which they are wanted: one read is good for many small files. */
const WINDOW = 1 << 20

/** The file system of an image as one archive, from its layers; what is kept in `folder` meanwhile goes at the end. */
export async function* flattened(
  body: AsyncIterable<Buffer>,
  { folder, gib }: { folder: string; gib: number },
): AsyncGenerator<Buffer> {
  const work = await mkdtemp(join(folder, 'layers-'))
  const spool = await open(join(work, 'spool'), 'wx+')
  try {
    yield* archiveOf(await spoolLayers(body, spool, gib), windowOn(spool))
  } finally {
    await spool.close()
    await rm(work, { recursive: true })
  }
}

async function* archiveOf(root: Folder, spool: Window): AsyncGenerator<Buffer> {
  const first = new Map<File, string>()
  for (const { place, node } of walk(root)) {
    if (isFolder(node)) {
      if (node.from !== undefined) yield* whole(await read(spool, node.from), place)
      // One that no layer has named is made with what is in it; an engine keeps it without, too.
      else if (place !== '' && node.children.size === 0)
        yield tarEntry({ name: Buffer.from(`${place}/`, 'latin1'), type: 'folder' })
      continue
    }
    const { file } = node
    const one = await read(spool, file.from)
    if (file.linked === undefined) {
      yield* whole(one, place)
      continue
    }
    const like = (await read(spool, file.linked)).member
    const linked = first.get(file)
    yield rewritten(one.member, { path: place, like, ...(linked !== undefined && { linked }) })
    if (linked === undefined) yield* bodyOf(one)
    first.set(file, linked ?? place)
  }
  yield END
}

type Read = { member: Member; bytes: ByteReader }

async function* whole(one: Read, place: string): AsyncGenerator<Buffer> {
  const { member } = one
  yield placeOf(member.name) === place ? member.head : rewritten(member, { path: place })
  yield* bodyOf(one)
}

async function* bodyOf({ member, bytes }: Read): AsyncGenerator<Buffer> {
  yield* bytes.pass(member.size + (-member.size & 511))
}

async function read(spool: Window, from: number): Promise<Read> {
  const bytes = byteReader(piecesFrom(spool, from))
  return { member: (await nextMember(bytes)) as Member, bytes }
}

async function* piecesFrom(spool: Window, from: number): AsyncGenerator<Buffer> {
  for (let at = from; ; ) {
    const piece = await spool(at)
    if (piece.length === 0) return
    at += piece.length
    yield piece
  }
}

/** As much as is at hand of what stands from here on; nothing at the end. */
type Window = (at: number) => Promise<Buffer>

function windowOn(spool: FileHandle): Window {
  let window = Buffer.alloc(0)
  let start = 0
  return async (at) => {
    if (at < start || at >= start + window.length) {
      const { bytesRead, buffer } = await spool.read(Buffer.allocUnsafe(WINDOW), 0, WINDOW, at)
      window = buffer.subarray(0, bytesRead)
      start = at
    }
    return window.subarray(at - start)
  }
}
