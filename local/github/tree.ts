import { git } from './git.ts'

/** One line of a git tree; `size` is undefined for anything but a blob. */
export type TreeEntry = {
  mode: string
  type: 'blob' | 'tree' | 'commit'
  sha: string
  size: number | undefined
  path: string
}

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
