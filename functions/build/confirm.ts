import { branchesOf, isOf } from '../shared/branches.ts'
import { Failure } from '../shared/failure.ts'
import type { MergeRecord } from '../shared/merge-record.ts'
import { oneLine } from '../shared/printable.ts'
import type { Commit, GitHub, GithubRepository, Pull } from './github.ts'
import * as words from './words/github.ts'
import * as refusals from './words/refusals.ts'

/** What GitHub says of a claimed merge. Times in ms since 1970, as they are told; `committed` dates the image. */
export type Confirmed = {
  time: number
  committed: number
  pullRequest?: number
  /** What the repository is called now. */
  repository: string
  /** Whether it is private. */
  private: boolean
  title: string
}

/** Characters of a title that are kept. */
const TITLE_LIMIT = 200

/** GitHub may not show a commit yet that it has just told of (eventual consistency): ms that we wait. */
const PATIENCE_MS = 5 * 60_000

/**
 * A delivery is a claim: whoever set up a hook knows its secret, and GitHub serves commits of forks under the
 * parent's paths. So GitHub itself is asked. An ordinary push is 'ignored'; a commit that is
 * not merged into the branch is a Failure.
 */
export async function confirm(
  github: GitHub,
  claim: MergeRecord,
  now: number,
): Promise<Confirmed | 'ignored'> {
  const { repository, sha, pullRequest } = claim
  const [known, commit, pull] = await Promise.all([
    github.repository(repository),
    github.commit(repository, sha),
    pullRequest === undefined ? undefined : github.pull(repository, pullRequest),
  ])
  if (known === undefined) throw unknown(claim, words.notShown(repository), now)
  if (known.id !== claim.repositoryId)
    throw new Failure('not_merged', refusals.otherRepository(repository, claim.repositoryId))
  if (commit === undefined) throw unknown(claim, words.notShown(words.commitOf(sha, repository)), now)
  if (pullRequest === undefined) return confirmPush(github, claim, known, commit, now)
  if (pull === undefined) throw unknown(claim, words.notShown(words.pullRequest(pullRequest)), now)
  if (!brings(pull, claim)) throw notMerged(claim)
  return { ...broughtBy(pull, commit, now), ...placeOf(known) }
}

/** The payload of a push does not tell a merge made with git from an ordinary commit; its parents do. */
async function confirmPush(
  github: GitHub,
  claim: MergeRecord,
  known: GithubRepository,
  commit: Commit,
  now: number,
): Promise<Confirmed | 'ignored'> {
  const { repository, sha } = claim
  const [branch] = branchesOf(claim)
  if (commit.parents.length < 2 && !claim.head) return 'ignored'
  const [compared, pulls] = await Promise.all([
    github.compare(repository, branch, sha),
    github.pullsOf(repository, sha),
  ])
  if (compared?.status !== 'identical' && compared?.status !== 'behind') throw notMerged(claim)
  const pull = pulls.find((candidate) => brings(candidate, claim))
  if (pull !== undefined) return { ...broughtBy(pull, commit, now), ...placeOf(known) }
  const committed = told(commit.commit.committer.date, now)
  return { time: committed, committed, title: titleOf(commit), ...placeOf(known) }
}

function placeOf({ full_name: repository, private: hidden }: GithubRepository) {
  return { repository, private: hidden }
}

function broughtBy(pull: Pull, commit: Commit, now: number) {
  const { number: pullRequest, title = titleOf(commit) } = pull
  const committed = told(commit.commit.committer.date, now)
  return { time: told(pull.merged_at, now), committed, pullRequest, title: shortened(title) }
}

/** The same, but never later than this (ms since 1970): GitHub's and committers' clocks are not ours. */
export function notAfter(confirmed: Confirmed, latest: number): Confirmed {
  const { time, committed } = confirmed
  return { ...confirmed, time: Math.min(time, latest), committed: Math.min(committed, latest) }
}

/** A commit in a person's words: the first line of its message. */
export function titleOf(commit: Commit): string {
  return shortened(commit.commit.message.trimStart().split(/\r?\n/)[0] ?? '')
}

function shortened(title: string): string {
  return oneLine(title.slice(0, TITLE_LIMIT))
}

function brings(pull: Pull, claim: MergeRecord): boolean {
  return (
    pull.merged_at !== null &&
    pull.merge_commit_sha === claim.sha &&
    isOf(claim, pull.base.ref) &&
    pull.base.repo.id === claim.repositoryId
  )
}

/** When a commit was made, never later than now: committers' clocks are not ours. */
export function committedAt(commit: Commit, now: number): number {
  return Math.min(told(commit.commit.committer.date, now), now)
}

function told(date: string | null, now: number): number {
  const time = Date.parse(date ?? '')
  return Number.isNaN(time) ? now : time
}

function notMerged(claim: MergeRecord): Failure {
  return new Failure('not_merged', refusals.notMerged(claim.sha, branchesOf(claim)[0]))
}

function unknown(claim: MergeRecord, sentence: string, now: number): Failure {
  const fresh = now - Date.parse(claim.queued) < PATIENCE_MS
  return fresh
    ? new Failure('github_refused', words.notYet(sentence))
    : new Failure('not_merged', refusals.unseen(sentence))
}
