import { git } from './git.ts'
import { readCommit } from './history.ts'
import { instant } from './instant.ts'
import type { Pull } from './pull.ts'
import { type Repository, saveLedger } from './repository.ts'
import { branchesOf, headOf } from './revision.ts'
import { type Files, writeCommit, writeMergeCommit } from './write-commit.ts'

/** A branch that moved: what a push event tells. */
export type Move = { branch: string; before: string | undefined; after: string }

/** Opens a pull request with these changes and merges it like the green button; the base must exist. */
export async function mergeChange(
  repository: Repository,
  change: { files: Files; title: string; base: string; method: 'merge' | 'squash'; at: Date },
): Promise<{ pull: Pull; move: Move }> {
  const { directory, owner } = repository
  const { files, title, base, at } = change
  const before = await existingHead(repository, base)
  const branch = `change-${nextNumber(repository)}`
  // From the base itself: a branch of that name that somebody else made is refused by git, not merged.
  const head = await writeCommit(directory, {
    ref: `refs/heads/${branch}`,
    parent: before,
    files,
    message: title,
    at,
  })
  const open = await openPull(repository, { title, base, head: { ref: branch, sha: head }, at })
  const ref = `refs/heads/${base}`
  if (change.method === 'squash') {
    const message = `${title} (#${open.number})`
    const after = await writeCommit(directory, { ref, parent: before, files, message, at })
    return merged(repository, open, { branch: base, before, after }, instant(at))
  }
  const message = `Merge pull request #${open.number} from ${owner}/${branch}\n\n${title}`
  const after = await writeMergeCommit(directory, { base: before, head, message, at })
  await git(directory, ['update-ref', ref, after, before])
  return merged(repository, open, { branch: base, before, after }, instant(at))
}

/** One commit on a branch, which is made from nothing where there is none. */
export async function pushChange(
  repository: Repository,
  change: { files: Files; branch: string; message: string; at: Date },
): Promise<Move> {
  const { branch, files, message, at } = change
  const before = await headOf(repository.directory, branch)
  const commit = { ref: `refs/heads/${branch}`, parent: before, files, message, at }
  const after = await writeCommit(repository.directory, commit)
  repository.ledger.pushed_at = instant(at)
  saveLedger(repository)
  return { branch, before, after }
}

/** Moves a branch on to the head of another one, as a push of it does that is fast-forward. */
export async function forwardBranch(
  repository: Repository,
  { from, to }: { from: string; to: string },
): Promise<Move> {
  const before = await headOf(repository.directory, to)
  const after = await existingHead(repository, from)
  await git(repository.directory, ['update-ref', `refs/heads/${to}`, after])
  return { branch: to, before, after }
}

/** Commits to a branch, which starts at the base's head where there is none; nobody merges it. */
export async function commitAside(
  repository: Repository,
  change: { files: Files; branch: string; base: string; message: string; at: Date },
): Promise<string> {
  const { files, message, at, branch } = change
  const base = await existingHead(repository, change.base)
  const parent = (await headOf(repository.directory, branch)) ?? base
  return writeCommit(repository.directory, { ref: `refs/heads/${branch}`, parent, files, message, at })
}

/** Opens a pull request for a branch's commit. */
export async function openPull(
  repository: Repository,
  change: { title: string; base: string; head: Pull['head']; at: Date },
): Promise<Pull> {
  const base = { ref: change.base, sha: await existingHead(repository, change.base) }
  const number = nextNumber(repository)
  await git(repository.directory, ['update-ref', `refs/pull/${number}/head`, change.head.sha])
  const pull = newPull({ number, title: change.title, time: instant(change.at), base, head: change.head })
  keepPull(repository, pull)
  return pull
}

/** Takes the head of a branch for the merge of a pull request; one that is already known stays what it is. */
export async function pullOfHead(
  repository: Repository,
  branch: string,
): Promise<{ pull: Pull; move: Move }> {
  const { directory, ledger } = repository
  const sha = await existingHead(repository, branch)
  const commit = await readCommit(directory, sha)
  const [before, second] = commit.parents
  const known = ledger.pulls.find((one) => one.merge_commit_sha === sha && one.merged_at !== null)
  if (known !== undefined) return { pull: known, move: { branch, before, after: sha } }
  const number = nextNumber(repository)
  const time = commit.committer.date
  const base = { ref: branch, sha: before ?? sha }
  const head = { ref: `change-${number}`, sha: second ?? sha }
  const title = commit.message.split('\n')[0] as string
  const open = newPull({ number, title, time, base, head })
  return merged(repository, open, { branch, before, after: sha }, time)
}

async function existingHead(repository: Repository, branch: string): Promise<string> {
  const head = await headOf(repository.directory, branch)
  if (head !== undefined) return head
  const branches = await branchesOf(repository.directory)
  const others = branches.length === 0 ? 'it is empty' : `it has ${branches.join(', ')}`
  throw new Error(`${repository.fullName} has no branch ${branch}: ${others}`)
}

function nextNumber(repository: Repository): number {
  return Math.max(0, ...repository.ledger.pulls.map((pull) => pull.number)) + 1
}

function newPull(about: Pick<Pull, 'number' | 'title' | 'base' | 'head'> & { time: string }): Pull {
  const { time, ...pull } = about
  const open = { closed_at: null, merged_at: null, merge_commit_sha: null }
  return { ...pull, state: 'open', created_at: time, updated_at: time, ...open }
}

function merged(repository: Repository, open: Pull, move: Move, time: string): { pull: Pull; move: Move } {
  const times = { merged_at: time, closed_at: time, updated_at: time }
  const pull: Pull = { ...open, ...times, state: 'closed', merge_commit_sha: move.after }
  keepPull(repository, pull)
  return { pull, move }
}

/** Writes a pull request into the ledger. */
export function keepPull(repository: Repository, pull: Pull): void {
  const { ledger } = repository
  ledger.pulls = [...ledger.pulls.filter((one) => one.number !== pull.number), pull]
  if (pull.updated_at > ledger.pushed_at) ledger.pushed_at = pull.updated_at
  saveLedger(repository)
}
