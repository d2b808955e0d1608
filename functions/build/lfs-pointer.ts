import { isAttributes } from './gitattributes.ts'

/** What stands in git instead of a file that is kept in Git LFS: the SHA-256 of its content, and its size in bytes. */
export type Pointer = { oid: string; size: number }

/** A pointer is smaller than this, in bytes (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md). */
const POINTER_LIMIT = 1024

const VERSION = 'version https://git-lfs.github.com/spec/v1'

/**
 * Reads a file as a pointer; undefined where it is none. One that names no content, or content that only a program
 * of its own could unpack (`ext-…`), is 'unreadable'.
 */
export function pointerIn(bytes: Buffer): Pointer | 'unreadable' | undefined {
  const [version, ...lines] = bytes.toString('utf8').trimEnd().split(/\r?\n/)
  if (version !== VERSION) return undefined
  const values = new Map(lines.map((line) => line.split(' ', 2) as [string, string]))
  const oid = /^sha256:([0-9a-f]{64})$/.exec(values.get('oid') ?? '')?.[1]
  const size = /^\d{1,15}$/.exec(values.get('size') ?? '')?.[0]
  const readable = oid !== undefined && size !== undefined && values.size === 2
  return readable ? { oid, size: Number(size) } : 'unreadable'
}

/**
 * Finds the pointers among the files of a source. A file counts as one if a .gitattributes above it speaks of Git LFS:
 * which of its patterns fits is not asked, so that no pointer is ever sent by mistake.
 */
export function pointerFinder() {
  const folders: string[] = []
  const pointers: [path: string, pointer: Pointer | 'unreadable'][] = []
  return {
    /** Whether a file of this size may be a pointer. */
    looksAt: (size: number): boolean => size < POINTER_LIMIT,
    /** Takes such a file's bytes, and those of every .gitattributes. */
    see(path: string, bytes: Buffer): void {
      const pointer = bytes.length < POINTER_LIMIT ? pointerIn(bytes) : undefined
      if (pointer) pointers.push([path, pointer])
      if (isAttributes(path) && /^[^#\n]*\sfilter=lfs(?:\s|$)/m.test(bytes.toString('utf8')))
        folders.push(path.slice(0, -'.gitattributes'.length))
    },
    found: () => pointers.filter(([path]) => folders.some((folder) => path.startsWith(folder))),
  }
}
