import type { MergeRequest } from '../shared/build-request.ts'
import type { Commit, Pull } from './github.ts'

/** A branch of a repository, by its name then. */
export type Place = { repositoryId: number; repository: string; branch: string }

/** A merge that GitHub shows, and when it was merged, in ms since 1970. */
export type Shown = { sha: string; time: number; pullRequest?: number | undefined }

/**
 * What a branch itself has been at, the newest first: GitHub lists what was merged into it as well, and those commits
 * are merges into the branches that they were made on.
 */
export function lineOf(commits: Commit[]): Commit[] {
  const all = new Map(commits.map((commit) => [commit.sha, commit]))
  const line: Commit[] = []
  for (let next = commits[0]?.sha; next !== undefined; next = line.at(-1)?.parents[0]?.sha) {
    const commit = all.get(next)
    if (commit === undefined || !all.delete(next)) break
    line.push(commit)
  }
  return line
}

/**
 * The merges among a branch's closed pull requests and its line of commits, oldest first, none from before `start`. A
 * pull request says more than its commit; a commit made with `git merge` has two parents and perhaps no pull request.
 */
export function shownMerges(
  pulls: Pull[],
  line: Commit[],
  { repositoryId, branch }: Pick<Place, 'repositoryId' | 'branch'>,
  start: number,
): Shown[] {
  const found = new Map<string, Shown>()
  for (const { sha, parents, commit } of line)
    if (parents.length >= 2) found.set(sha, { sha, time: Date.parse(commit.committer.date) })
  for (const { number, merged_at, merge_commit_sha, base } of pulls)
    if (merged_at && merge_commit_sha && base.ref === branch && base.repo.id === repositoryId)
      found.set(merge_commit_sha, { sha: merge_commit_sha, time: Date.parse(merged_at), pullRequest: number })
  // GitHub lists the newest first, and its times are whole seconds.
  const merges = [...found.values()].reverse().filter(({ time }) => time >= start)
  return merges.sort((a, b) => a.time - b.time)
}

/** The claim that a merge makes, as if it had been delivered; without a branch it goes on as it is recorded. */
export function claimOf(
  { repositoryId, repository, branch }: Omit<Place, 'branch'> & Partial<Place>,
  { sha, pullRequest }: Pick<Shown, 'sha' | 'pullRequest'>,
): MergeRequest {
  return {
    repository_id: repositoryId,
    repository,
    sha,
    ...(branch !== undefined && { branch }),
    ...(pullRequest !== undefined && { pull_request: pullRequest }),
  }
}
