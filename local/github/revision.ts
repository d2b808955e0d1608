import { readObject } from './cat-file.ts'
import { git } from './git.ts'

// What a ref may hold (git check-ref-format) and no revision expression may: `develop~1`, `develop:path`.
// biome-ignore lint/suspicious/noControlCharactersInRegex: git forbids them in refs
const NOT_A_REF = /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|^[-/.]|\/$|^$/

/**
 * The full sha of the commit (or tree) that a branch, tag, full ref or sha names; a branch wins over a tag of the
 * same name. Undefined when there is none.
 */
export async function resolve(
  directory: string,
  name: string,
  type: 'commit' | 'tree' = 'commit',
): Promise<string | undefined> {
  if (NOT_A_REF.test(name)) return undefined
  const branch = await readObject(directory, `refs/heads/${name}^{${type}}`)
  return (branch ?? (await readObject(directory, `${name}^{${type}}`)))?.sha
}

/** The head of a branch, undefined when there is no such branch. */
export async function headOf(directory: string, branch: string): Promise<string | undefined> {
  const name = `refs/heads/${branch}`
  return NOT_A_REF.test(branch) ? undefined : resolve(directory, name)
}

/** Whether the repository has no commit on any branch. */
export async function isEmpty(directory: string): Promise<boolean> {
  return (await git(directory, ['for-each-ref', '--count=1', 'refs/heads'])).length === 0
}

/** Whether `sha` is `descendant` or one of its ancestors. */
export async function isAncestor(directory: string, sha: string, descendant: string): Promise<boolean> {
  if (sha === descendant) return true
  const base = await git(directory, ['rev-list', '--max-count=1', sha, `^${descendant}`, '--'])
  return base.length === 0
}

/** The names of all branches, for messages. */
export async function branchesOf(directory: string): Promise<string[]> {
  const output = await git(directory, ['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads'])
  return output.toString().split('\n').filter(Boolean)
}
