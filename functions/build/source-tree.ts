import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { Failure } from '../shared/failure.ts'
import { type SourceEntry, walk } from './archive.ts'
import * as refusals from './words/refusals.ts'

/** A file of the source as git names it: mode and blob id over the bytes that would be sent. */
export type TreeFile = { mode: '100644' | '100755' | '120000'; blob: string; size: number; target: string }

/** What the tarball holds below the wanted folders, and the bytes of the few files that decide about others. */
export type SourceTree = { files: Map<string, TreeFile>; texts: Map<string, Buffer> }

/** A Dockerfile or an ignore file is read up to this size, in bytes. */
const TEXT_LIMIT = 1024 * 1024

/**
 * Reads the tarball once and notes every file below one of `contexts` ('' is the root). The bytes of the files
 * named in `texts` are kept.
 */
export async function readTree(
  tarball: string,
  sha: string,
  contexts: readonly string[],
  texts: readonly string[],
): Promise<SourceTree> {
  const tree: SourceTree = { files: new Map(), texts: new Map() }
  await walk(tarball, sha, async (entry, content) => {
    const wanted = contexts.some((context) => inside(entry.path, context))
    if (!wanted || entry.kind === 'folder') return void content.resume()
    if (tree.files.has(entry.path)) throw new Failure('source_refused', refusals.thereTwice(entry.path))
    const keep = texts.includes(entry.path) && entry.kind === 'file'
    if (keep && entry.size > TEXT_LIMIT)
      throw new Failure('source_refused', refusals.textTooLarge(entry.path))
    const { blob, bytes } = await hash(entry, content, keep)
    const mode = entry.kind === 'link' ? '120000' : entry.executable ? '100755' : '100644'
    tree.files.set(entry.path, { mode, blob, size: entry.size, target: entry.target })
    if (bytes) tree.texts.set(entry.path, bytes)
  })
  return tree
}

/** Whether a path lies below a folder of the repository. */
export function inside(path: string, folder: string): boolean {
  return folder === '' || path.startsWith(`${folder}/`)
}

/** A git blob id: SHA-1 over `blob <size>\0` and the bytes; a link's bytes are its target. */
async function hash(
  entry: SourceEntry,
  content: Readable,
  keep: boolean,
): Promise<{ blob: string; bytes?: Buffer }> {
  const target = Buffer.from(entry.target)
  const sha1 = createHash('sha1').update(`blob ${entry.kind === 'link' ? target.length : entry.size}\0`)
  if (entry.kind === 'link') sha1.update(target)
  const kept: Buffer[] = []
  await new Promise<void>((resolve, reject) => {
    content.on('data', (chunk: Buffer) => {
      sha1.update(chunk)
      if (keep) kept.push(chunk)
    })
    content.on('end', resolve)
    content.on('error', reject)
    content.on('close', () => reject(new Failure('source_broken')))
  })
  return { blob: sha1.digest('hex'), ...(keep && { bytes: Buffer.concat(kept) }) }
}
