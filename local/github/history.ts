import { readObject } from './cat-file.ts'
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

/** Commits as `git rev-list` lists them for `args` (revisions and limits). */
export async function readCommits(directory: string, args: string[]): Promise<Commit[]> {
  const shas = (await git(directory, ['rev-list', ...args, '--'])).toString().split('\n').slice(0, -1)
  return Promise.all(shas.map((sha) => readCommit(directory, sha)))
}

/** One commit by its full sha, which must be there. */
export async function readCommit(directory: string, sha: string): Promise<Commit> {
  const { bytes = Buffer.alloc(0) } = (await readObject(directory, sha)) ?? {}
  return { sha, ...parse(bytes) }
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

// https://git-scm.com/docs/git-commit-tree: lines of headers, an empty one, the message. A signature's lines, which
// begin with a space, are no headers.
function parse(bytes: Buffer): Omit<Commit, 'sha'> {
  const text = bytes.toString()
  const end = text.indexOf('\n\n')
  const headers = text.slice(0, end).split('\n')
  const all = (name: string) =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1))
  return {
    tree: all('tree')[0] ?? '',
    parents: all('parent'),
    author: signatureOf(all('author')[0]),
    committer: signatureOf(all('committer')[0]),
    message: text.slice(end + 2).trimEnd(),
  }
}

function signatureOf(line = ''): Signature {
  const [, name = '', email = '', seconds] = /^(.*?) ?<(.*)> (-?\d+)/.exec(line) ?? []
  return { name, email, date: instant(Number(seconds) * 1000) }
}
