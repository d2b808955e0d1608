import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { Failure } from '../shared/failure.ts'
import { type SourceEntry, type Visit, walk } from './archive.ts'
import { changesNothing, isAttributes } from './gitattributes.ts'
import { type Pointer, pointerFinder } from './lfs-pointer.ts'
import type { Place } from './place.ts'
import { contentIn } from './source.ts'
import type { Spool } from './spool.ts'
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
  /** Where its bytes lie, if they were kept. */
  bytes?: Place
}

/** A submodule: its repository, and the folder that it fills. */
export type Part = { repository: string; at: string }

/**
 * What a commit holds below the wanted folders, and the bytes of the few files that decide about others. Of
 * `submodules` a parent stands before what lies in it. `plain`: git's own list says the same. No submodule and none of the
 * `attributes`, the blob ids of all .gitattributes, makes the tarball another, and there are few enough files to list.
 */
export type SourceTree = {
  files: Map<string, TreeFile>
  texts: Map<string, Buffer>
  submodules: Part[]
  attributes: Set<string>
  plain: boolean
}

/** The submodules of a repository are named in this file at its root. */
export const GITMODULES = '.gitmodules'

/** A Dockerfile or an ignore file is read up to this size, in bytes. */
export const TEXT_LIMIT = 1024 * 1024

/** GitHub's list of more files and folders would be more than the 8 MB that an answer may have. */
const LISTED = 20_000

/**
 * Reads an archive to its end and notes every file below one of `contexts` ('' is the root). The bytes of the files
 * named in `texts` are given if they lie there, and those of a .gitmodules; those of all noted files go to the spool.
 */
export async function readTree(
  { archive, folder }: { archive: Readable; folder: string },
  sha: string,
  contexts: readonly string[],
  texts: readonly string[],
  spool?: Spool,
): Promise<SourceTree> {
  const tree: SourceTree = {
    files: new Map(),
    texts: new Map(),
    submodules: [],
    attributes: new Set(),
    plain: true,
  }
  const pointers = pointerFinder()
  let entries = 0
  const visit: Visit = async (entry, content) => {
    const { path, size, kind } = entry
    entries += 1
    const wanted = contexts.some((context) => inside(path, context))
    const text = (wanted && texts.includes(path)) || path === GITMODULES
    const keep = kind === 'file' && (text || isAttributes(path))
    if (!(wanted || keep) || kind === 'folder') return void content.resume()
    if (tree.files.has(path)) throw new Failure('source_refused', refusals.thereTwice(path))
    if (keep && size > TEXT_LIMIT) throw new Failure('source_refused', refusals.textTooLarge(path))
    const place = wanted && kind === 'file' ? spool?.next() : undefined
    const kept = keep || pointers.looksAt(size)
    const { blob, bytes } = await hash(entry, content, kept, place && spool)
    const mode = kind === 'link' ? '120000' : entry.executable ? '100755' : '100644'
    if (wanted)
      tree.files.set(path, { mode, blob, size, target: entry.target, ...(place && { bytes: place }) })
    if (bytes && keep && text) tree.texts.set(path, bytes)
    if (isAttributes(path)) {
      tree.attributes.add(blob)
      tree.plain &&= changesNothing(bytes?.toString('utf8') ?? '')
    }
    tree.plain &&= path !== GITMODULES
    if (kind === 'file' && bytes) pointers.see(path, bytes)
  }
  await walk(archive, sha, visit, spool?.broken)
  tree.plain &&= entries <= LISTED
  for (const [path, pointer] of pointers.found()) replace(tree.files, path, pointer, folder)
  return tree
}

/** Puts what a pointer stands for in its place. */
function replace(
  files: SourceTree['files'],
  path: string,
  pointer: Pointer | 'unreadable',
  folder: string,
): void {
  const file = files.get(path)
  if (file === undefined) return
  if (pointer === 'unreadable') throw new Failure('source_refused', refusals.pointerUnreadable(path))
  const { oid, size } = pointer
  const bytes = { file: contentIn(folder, oid), at: 0 }
  files.set(path, { ...file, blob: `sha256:${oid}`, size, lfs: pointer, bytes })
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
  spool?: Spool,
): Promise<{ blob: string; bytes?: Buffer }> {
  const target = Buffer.from(entry.target)
  const sha1 = createHash('sha1').update(`blob ${entry.kind === 'link' ? target.length : entry.size}\0`)
  if (entry.kind === 'link') sha1.update(target)
  const kept: Buffer[] = []
  const whole = await new Promise<boolean>((resolve, reject) => {
    content.on('data', (chunk: Buffer) => {
      sha1.update(chunk)
      spool?.take(chunk, content)
      if (keep) kept.push(chunk)
    })
    content.on('end', () => resolve(true))
    content.on('error', reject)
    content.on('close', () => resolve(false))
  })
  if (!whole) throw new Failure('source_broken')
  return { blob: sha1.digest('hex'), ...(keep && { bytes: Buffer.concat(kept) }) }
}
