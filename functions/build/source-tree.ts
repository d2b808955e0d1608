import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { Failure } from '../shared/failure.ts'
import { type SourceEntry, walk } from './archive.ts'
import { isAttributes, type Pointer, pointerFinder } from './lfs-pointer.ts'
import * as refusals from './words/refusals.ts'

/**
 * A file of the source as git names it: mode and blob id over the bytes that would be sent. Of a file in Git LFS
 * `blob` is `sha256:` and the SHA-256 of those bytes, which is known without them.
 */
export type TreeFile = {
  mode: '100644' | '100755' | '120000'
  blob: string
  size: number
  target: string
  lfs?: Pointer
}

/** The tarball of a submodule's commit, and the folder of the repository that it fills. */
export type Archive = { repository: string; sha: string; tarball: string; at: string }

/**
 * What the tarball holds below the wanted folders, and the bytes of the few files that decide about others. Of
 * `submodules` a parent stands before what lies in it.
 */
export type SourceTree = {
  files: Map<string, TreeFile>
  texts: Map<string, Buffer>
  submodules: Archive[]
}

/** The submodules of a repository are named in this file at its root. */
export const GITMODULES = '.gitmodules'

/** A Dockerfile or an ignore file is read up to this size, in bytes. */
const TEXT_LIMIT = 1024 * 1024

/**
 * Reads the tarball once and notes every file below one of `contexts` ('' is the root). The bytes of the files
 * named in `texts` are kept if they lie there, and those of a .gitmodules.
 */
export async function readTree(
  tarball: string,
  sha: string,
  contexts: readonly string[],
  texts: readonly string[],
): Promise<SourceTree> {
  const tree: SourceTree = { files: new Map(), texts: new Map(), submodules: [] }
  const pointers = pointerFinder()
  await walk(tarball, sha, async (entry, content) => {
    const { path, size, kind } = entry
    const wanted = contexts.some((context) => inside(path, context))
    const text = (wanted && texts.includes(path)) || path === GITMODULES
    const keep = kind === 'file' && (text || isAttributes(path))
    if (!(wanted || keep) || kind === 'folder') return void content.resume()
    if (tree.files.has(path)) throw new Failure('source_refused', refusals.thereTwice(path))
    if (keep && size > TEXT_LIMIT) throw new Failure('source_refused', refusals.textTooLarge(path))
    const { blob, bytes } = await hash(entry, content, keep || pointers.looksAt(size))
    const mode = kind === 'link' ? '120000' : entry.executable ? '100755' : '100644'
    if (wanted) tree.files.set(path, { mode, blob, size, target: entry.target })
    if (bytes && keep && text) tree.texts.set(path, bytes)
    if (kind === 'file' && bytes) pointers.see(path, bytes)
  })
  for (const [path, pointer] of pointers.found()) replace(tree.files, path, pointer)
  return tree
}

/** Puts what a pointer stands for in its place. */
function replace(files: SourceTree['files'], path: string, pointer: Pointer | 'unreadable'): void {
  const file = files.get(path)
  if (file === undefined) return
  if (pointer === 'unreadable') throw new Failure('source_refused', refusals.pointerUnreadable(path))
  files.set(path, { ...file, blob: `sha256:${pointer.oid}`, size: pointer.size, lfs: pointer })
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
