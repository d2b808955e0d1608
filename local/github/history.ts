import { git } from './git.ts'
import { instant } from './instant.ts'

export type Signature = { name: string; email: string; date: string }
export type Commit = {
  sha: string
  tree: string
  parents: string[]
  author: Signature
  committer: Signature
  message: string
}
export type Changes = { added: string[]; removed: string[]; modified: string[] }

const FIELDS = ['%H', '%T', '%P', '%an', '%ae', '%at', '%cn', '%ce', '%ct', '%B']

/** Commits as `git log` lists them for `args` (revisions and limits). */
export async function readCommits(directory: string, args: string[]): Promise<Commit[]> {
  const format = `--format=tformat:${FIELDS.join('%x00')}`
  const output = await git(directory, ['log', '-z', format, ...args, '--'])
  const fields = output.toString().split('\0').slice(0, -1)
  const commits: Commit[] = []
  for (let at = 0; at < fields.length; at += FIELDS.length) {
    commits.push(commitOf(fields.slice(at, at + FIELDS.length)))
  }
  return commits
}

/** One commit by its full sha. */
export async function readCommit(directory: string, sha: string): Promise<Commit> {
  const [commit] = await readCommits(directory, ['--max-count=1', sha])
  return commit as Commit
}

/** How many commits `args` reach. */
export async function countCommits(directory: string, args: string[]): Promise<number> {
  return Number(await git(directory, ['rev-list', '--count', ...args, '--']))
}

/** The paths that each commit touched, by sha; merge commits touch none, as in a push event. */
export async function readChanges(directory: string, shas: string[]): Promise<Map<string, Changes>> {
  const args = ['diff-tree', '--stdin', '--root', '-r', '-z', '--name-status', '--no-renames']
  const output = await git(directory, args, { input: shas.map((sha) => `${sha}\n`).join('') })
  const all = new Map<string, Changes>()
  let current: Changes = { added: [], removed: [], modified: [] }
  const tokens = output.toString().split('\0').slice(0, -1)
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] as string
    if (token.length === 40) {
      current = { added: [], removed: [], modified: [] }
      all.set(token, current)
      continue
    }
    at += 1
    const list = token === 'A' ? current.added : token === 'D' ? current.removed : current.modified
    list.push(tokens[at] as string)
  }
  return all
}

function commitOf(fields: string[]): Commit {
  const [sha = '', tree = '', parents = '', an = '', ae = '', at, cn = '', ce = '', ct, message = ''] = fields
  return {
    sha,
    tree,
    parents: parents.split(' ').filter(Boolean),
    author: { name: an, email: ae, date: instant(Number(at) * 1000) },
    committer: { name: cn, email: ce, date: instant(Number(ct) * 1000) },
    message: message.trimEnd(),
  }
}
