import { git } from './git.ts'

/** One line of a git tree; `size` is undefined for anything but a blob. */
export type TreeEntry = {
  mode: string
  type: 'blob' | 'tree' | 'commit'
  sha: string
  size: number | undefined
  path: string
}

const SHA_BYTES = 20

/** What a tree holds at `path` (`folder/` lists the folder), everything below it too when `recursive`. */
export async function readTree(
  directory: string,
  treeish: string,
  options: { path?: string; recursive?: boolean } = {},
): Promise<TreeEntry[]> {
  const flags = options.recursive ? ['-r', '-t'] : []
  const path = options.path === undefined ? [] : [options.path]
  const output = await git(directory, ['ls-tree', '-z', '-l', ...flags, treeish, '--', ...path])
  return output
    .toString()
    .split('\0')
    .filter(Boolean)
    .map((line) => entryOf(line))
}

function entryOf(line: string): TreeEntry {
  const [facts = '', path = ''] = [line.slice(0, line.indexOf('\t')), line.slice(line.indexOf('\t') + 1)]
  const [mode = '', type = '', sha = '', size = '-'] = facts.split(/ +/)
  const blob = type === 'blob'
  return { mode, type: type as TreeEntry['type'], sha, size: blob ? Number(size) : undefined, path }
}

/** What a tree object says: `mode name`, a NUL and the sha, without sizes and what lies below. */
export function entriesIn(bytes: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0, at)
    const head = bytes.toString('utf8', at, end)
    at = end + 1 + SHA_BYTES
    const mode = head.slice(0, head.indexOf(' ')).padStart(6, '0')
    const type = mode === '040000' ? 'tree' : mode === '160000' ? 'commit' : 'blob'
    const path = head.slice(head.indexOf(' ') + 1)
    entries.push({ mode, type, sha: bytes.toString('hex', end + 1, at), size: undefined, path })
  }
  return entries
}
