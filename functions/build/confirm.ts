import { Failure } from '../shared/failure.ts'
import type { MergeRecord } from '../shared/merge-record.ts'
import type { Commit, GitHub, Pull } from './github.ts'

/** What GitHub says of a claimed merge. Times in ms since 1970; `committed` dates the image. */
export type Confirmed = { time: number; committed: number; pullRequest?: number }

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
  const { repository, sha } = claim
  const known = await github.repository(repository)
  if (known === undefined) throw unknown(claim, `GitHub does not show ${repository}`, now)
  if (known.id !== claim.repositoryId)
    throw new Failure('not_merged', `${repository} is not the repository with id ${claim.repositoryId}`)
  const commit = await github.commit(repository, sha)
  if (commit === undefined) throw unknown(claim, `GitHub does not show ${sha} in ${repository}`, now)
  const pull = claim.pullRequest === undefined ? undefined : await github.pull(repository, claim.pullRequest)
  if (claim.pullRequest === undefined) return confirmPush(github, claim, commit, now)
  if (pull === undefined) throw unknown(claim, `GitHub does not show pull request ${claim.pullRequest}`, now)
  if (!brings(pull, claim)) throw notMerged(claim)
  return { time: earlier(pull.merged_at, now), committed: committedAt(commit, now), pullRequest: pull.number }
}

/** The payload of a push does not tell a merge made with git from an ordinary commit; its parents do. */
async function confirmPush(
  github: GitHub,
  claim: MergeRecord,
  commit: Commit,
  now: number,
): Promise<Confirmed | 'ignored'> {
  const { repository, branch, sha } = claim
  if (commit.parents.length < 2 && !claim.head) return 'ignored'
  const compared = await github.compare(repository, branch, sha)
  if (compared?.status !== 'identical' && compared?.status !== 'behind') throw notMerged(claim)
  const committed = committedAt(commit, now)
  const pull = (await github.pullsOf(repository, sha)).find((candidate) => brings(candidate, claim))
  if (pull === undefined) return { time: committed, committed }
  return { time: earlier(pull.merged_at, now), committed, pullRequest: pull.number }
}

function brings(pull: Pull, claim: MergeRecord): boolean {
  return (
    pull.merged_at !== null &&
    pull.merge_commit_sha === claim.sha &&
    pull.base.ref === claim.branch &&
    pull.base.repo.id === claim.repositoryId
  )
}

/** When a commit was made, never later than now: committers' clocks are not ours. */
export function committedAt(commit: Commit, now: number): number {
  return earlier(commit.commit.committer.date, now)
}

function earlier(date: string | null, now: number): number {
  const time = Date.parse(date ?? '')
  return Number.isNaN(time) ? now : Math.min(time, now)
}

function notMerged(claim: MergeRecord): Failure {
  return new Failure('not_merged', `${claim.sha} is not merged into ${claim.branch}`)
}

function unknown(claim: MergeRecord, sentence: string, now: number): Failure {
  const fresh = now - Date.parse(claim.queued) < PATIENCE_MS
  return fresh
    ? new Failure('github_refused', `${sentence} (yet)`)
    : new Failure('not_merged', `${sentence}: a private repository needs a github-token that may read it`)
}
