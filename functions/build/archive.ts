import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import { Failure } from '../shared/failure.ts'
import * as words from './words/github.ts'
import * as refusals from './words/refusals.ts'

/** Limits of what a repository may unpack to. */
export const UNPACKED_LIMIT = 4 * 1024 * 1024 * 1024
export const ENTRY_LIMIT = 100_000

/** Bytes of zeros at the end of a tar. */
const END = 1024

/** One entry of the source, by its path in the repository. A link's target is its content, as in git. */
export type SourceEntry = {
  path: string
  kind: 'file' | 'folder' | 'link'
  executable: boolean
  size: number
  target: string
}

/** Takes an entry; it must read the content to its end, or resume it. */
export type Visit = (entry: SourceEntry, content: Readable) => Promise<void> | void

/**
 * Walks GitHub's tarball of a commit as it comes, in its own order, to its end. GitHub puts everything in
 * one folder `owner-repo-<sha>`, which is taken off. What a git repository cannot hold, or what would leave it, is
 * a Failure `source_refused`; an archive that ends early, or is of another commit, is `source_broken`.
 */
export async function walk(
  archive: Readable,
  sha: string,
  visit: Visit,
  signal?: AbortSignal,
  limit = UNPACKED_LIMIT,
): Promise<void> {
  const untar = extract()
  let entries = 0
  let top: string | undefined
  let failure: Failure | undefined
  untar.on('entry', (header, content, next) => {
    entries += 1
    // An archive that breaks off ends the walk itself; a visitor that only resumes does not listen.
    content.on('error', () => {})
    Promise.resolve()
      .then(() => {
        if (entries > ENTRY_LIMIT) throw refused(refusals.tooManyFiles(ENTRY_LIMIT))
        const entry = read(header, sha)
        const [folder] = header.name.split('/')
        top ??= folder
        if (folder !== top) throw refused(refusals.twoTops(String(top), String(folder)))
        if (entry === undefined) content.resume()
        else return visit(entry, content as unknown as Readable)
      })
      .then(
        () => next(),
        (error: unknown) => {
          if (error instanceof Failure) failure = error
          untar.destroy(error as Error)
        },
      )
  })
  await pipeline(
    archive,
    // Each piece is a way to a thread and back.
    createGunzip({ chunkSize: 64 * 1024 }),
    bounded(limit),
    untar,
    signal ? { signal } : {},
  ).catch((error) => {
    if (failure) throw failure
    if (error instanceof Failure || signal?.aborted) throw error
    throw new Failure('source_broken', undefined, error)
  })
  if (entries === 0) throw new Failure('source_broken', words.archiveEmpty)
}

/**
 * Stops at the limit, whatever the compressed size promised. A tar ends with two blocks of zeros; one that does not
 * was cut by who made it, before it was compressed, and a reader takes what is there for the whole.
 */
function bounded(limit: number): Transform {
  let seen = 0
  let end: Buffer = Buffer.alloc(0)
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length
      end = (chunk.length < END ? Buffer.concat([end, chunk]) : chunk).subarray(-END)
      if (seen > limit) done(refused(refusals.unpacksTo(limit / 1024 ** 3)))
      else done(null, chunk)
    },
    flush(done) {
      done(end.equals(Buffer.alloc(END)) ? null : new Failure('source_broken'))
    },
  })
}

function read(header: Header, sha: string): SourceEntry | undefined {
  const path = within(header.name, sha)
  if (path === '') return undefined
  const kinds = { file: 'file', directory: 'folder', symlink: 'link' } as const
  const kind = kinds[header.type as keyof typeof kinds]
  if (kind === undefined) throw refused(refusals.notBuildable(path, header.type ?? refusals.unknownKind))
  const executable = (header.mode & 0o111) !== 0
  return { path, kind, executable, size: header.size, target: header.linkname ?? '' }
}

/** A line end in a name could forge a line of the source digest. */
export const FORGING = /[\0\n\r]/

/** Whether a path of these parts is none that lies below a folder. */
export function isOutside(parts: readonly string[]): boolean {
  return parts.some((part) => part === '..' || part === '.' || part === '')
}

/** The path below the top folder; '' for the top folder itself. */
function within(name: string, sha: string): string {
  if (FORGING.test(name)) throw refused(refusals.controlCharacter)
  const [top = '', ...parts] = name.replace(/\/+$/, '').split('/')
  if (name.startsWith('/') || isOutside([top, ...parts])) throw refused(refusals.pathOutside(name))
  const commit = /-([0-9a-f]{7,40})$/.exec(top)?.[1]
  if (commit === undefined || !sha.startsWith(commit))
    throw new Failure('source_broken', words.otherCommit(top, sha))
  return parts.join('/')
}

function refused(message: string): Failure {
  return new Failure('source_refused', message)
}
