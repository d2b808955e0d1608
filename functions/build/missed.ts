import type { MergeRequest } from '../shared/build-request.ts'
import type { Commit, Pull } from './github.ts'

/** A merge that GitHub shows, and when it was merged, in ms since 1970. */
export type Shown = { sha: string; time: number; pullRequest?: number | undefined }

/**
 * The merges among a branch's closed pull requests and commits, oldest first, none from before `start`. A pull
 * request says more than its commit; a commit made with `git merge` has two parents and perhaps no pull request.
 */
export function shownMerges(
  pulls: Pull[],
  commits: Commit[],
  repositoryId: number,
  branch: string,
  start: number,
): Shown[] {
  const found = new Map<string, Shown>()
  for (const { sha, parents, commit } of commits)
    if (parents.length >= 2) found.set(sha, { sha, time: Date.parse(commit.committer.date) })
  for (const { number, merged_at, merge_commit_sha, base } of pulls)
    if (merged_at && merge_commit_sha && base.ref === branch && base.repo.id === repositoryId)
      found.set(merge_commit_sha, { sha: merge_commit_sha, time: Date.parse(merged_at), pullRequest: number })
  // GitHub lists the newest first, and its times are whole seconds.
  const merges = [...found.values()].reverse().filter(({ time }) => time >= start)
  return merges.sort((a, b) => a.time - b.time)
}

/** The claim that a merge makes, as if it had been delivered. */
export function claimOf(
  repositoryId: number,
  repository: string,
  { sha, pullRequest }: Pick<Shown, 'sha' | 'pullRequest'>,
): MergeRequest {
  return {
    repository_id: repositoryId,
    repository,
    sha,
    ...(pullRequest !== undefined && { pull_request: pullRequest }),
  }
}
