import type { Environment } from './environment.ts'
import * as words from './words.ts'

/** The branches whose merges are built, at least one; the first is meant where none is named. */
export type Branches = readonly [string, ...string[]]

/** What names no branch: https://git-scm.com/docs/git-check-ref-format */
const UNUSABLE = /[\p{Cc}~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|(?:^|\/)\.|[./]$|\.lock(?:\/|$)|^@$/u

/** Characters of a tag: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
const TAG_LIMIT = 128

/** What the setting `branch` names, separated by spaces, which no name of a branch has in it. */
export function readBranches(env: Environment, name = 'branch'): Branches {
  const [first = 'develop', ...others] = (env[name] ?? '').split(/\s+/).filter((word) => word !== '')
  const branches: Branches = [first, ...others]
  for (const [at, branch] of branches.entries()) {
    if (UNUSABLE.test(branch)) throw new Error(words.notBranch(name, branch))
    if (branches.indexOf(branch) < at) throw new Error(words.branchTwice(name, branch))
    if (branchTag('published', branch, branches).length > TAG_LIMIT)
      throw new Error(words.branchTooLong(name, branch))
  }
  return branches
}

/** The tag that says `word` of a branch. The first one has the word alone, as it had when there was but one. */
export function branchTag(word: 'newest' | 'published', branch: string, [first]: Branches): string {
  if (branch === first) return word
  const bytes = Buffer.from(branch).toString('latin1')
  const hex = (byte: string) => `_${byte.charCodeAt(0).toString(16).padStart(2, '0')}`
  return `${word}-${bytes.replace(/[^A-Za-z0-9.-]/g, hex)}`
}

/** A record names its branches, separated by spaces: first the one that brought it. */
type Branched = { branch: string }

export function branchesOf({ branch }: Branched): Branches {
  return branch.split(' ') as [string, ...string[]]
}

export function isOf(record: Branched, branch: string): boolean {
  return branchesOf(record).includes(branch)
}
