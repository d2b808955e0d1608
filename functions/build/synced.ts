import type { Place } from './place.ts'
import { message } from './protobuf.ts'
import type { TreeFile } from './source-tree.ts'

/** A file as an engine gets it, at its path in the context. `time`: when it was changed, in s since 1970. */
export type SyncedFile = Pick<TreeFile, 'mode' | 'size' | 'target'> & {
  path: string
  time: number
  /** A symbolic link has none. */
  bytes?: Place | Buffer
}

/** What stands at one number of a listing: a file, or a folder with the time that is told of it. */
export type Listed = SyncedFile | { path: string; mode: 'folder'; time: number }

/** A plain file whose bytes are here. */
export function inMemory(path: string, bytes: Buffer, time: number): SyncedFile {
  return { path, mode: '100644', size: bytes.length, target: '', time, bytes }
}

/** Go's os.FileMode of what stands in git; git knows no others. */
const MODES = { '100644': 0o644, '100755': 0o755, '120000': 0o1000000777, folder: 0o20000000755 }

/**
 * Files with the folders that they lie in, in the order that an engine insists on: what lies in a folder follows it at
 * once, names bytewise (https://github.com/tonistiigi/fsutil/blob/master/validator.go). Folders have the time of the
 * newest file of all; engines do not compare it.
 */
export function listing(files: readonly SyncedFile[]): Listed[] {
  const time = files.reduce((newest, file) => Math.max(file.time, newest), 0)
  const folders = new Set(files.flatMap(({ path }) => foldersOf(path)))
  const listed = [...[...folders].map((path) => ({ path, mode: 'folder' as const, time })), ...files]
  const ordered = listed.map((one) => ({ one, key: Buffer.from(one.path.replaceAll('/', '\0')) }))
  return ordered.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ one }) => one)
}

/** Its `fsutil.types.Stat`. Owner is root, as with `docker build`. */
export function statOf(one: Listed): Buffer {
  const nanoseconds = BigInt(one.time) * 1_000_000_000n
  if (one.mode === 'folder') return message(one.path, MODES.folder, 0, 0, 0, nanoseconds)
  const { path, mode, size, target } = one
  const length = mode === '120000' ? Buffer.byteLength(target) : size
  return message(path, MODES[mode], 0, 0, length, nanoseconds, target)
}

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'))
}
