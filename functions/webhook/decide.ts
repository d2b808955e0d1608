import type { CheckRequest, MergeRequest } from '../shared/build-request.ts'
import { Failure } from '../shared/failure.ts'
import { allowed } from '../shared/repositories.ts'
import type { Delivery, PullRequestPayload, PushPayload } from './delivery.ts'
import * as words from './words.ts'

export type Rules = { branches: readonly string[]; repositories: readonly string[] }

/** A merge to build, a pull request to check, or the reason why this delivery is neither; all are fine. */
export type Decision =
  | { merge: MergeRequest }
  | { check: CheckRequest }
  | { ignored: string }
  | { pong: string }

/** What a delivery means under these rules. A repository outside of the allow-list is a Failure. */
export function decide(delivery: Delivery, rules: Rules): Decision {
  switch (delivery.event) {
    case 'ping':
      return { pong: words.pong(built(rules)) }
    case 'pull_request':
      return delivery.action === 'closed'
        ? decidePullRequest(delivery.payload, rules)
        : decideCheck(delivery.payload, rules)
    case 'push':
      return decidePush(delivery.payload, rules)
    case 'other':
      return { ignored: words.notBuilt(delivery.what) }
  }
}

function decidePullRequest({ number, pull_request }: PullRequestPayload, rules: Rules): Decision {
  // Of a fork's pull request, the base is what it was merged into.
  const { ref, repo } = pull_request.base
  admit(repo.full_name, rules)
  if (!pull_request.merged) return { ignored: words.closedUnmerged(number) }
  if (!rules.branches.includes(ref))
    return { ignored: words.mergedElsewhere(number, shown(ref), built(rules)) }
  const sha = commitAt('/pull_request/merge_commit_sha', pull_request.merge_commit_sha)
  return {
    merge: { repository_id: repo.id, repository: repo.full_name, sha, branch: ref, pull_request: number },
  }
}

/** A pull request that is open: what its merge would do is said before. */
function decideCheck({ action, number, pull_request, changes }: PullRequestPayload, rules: Rules): Decision {
  const { ref, repo } = pull_request.base
  admit(repo.full_name, rules)
  if (!rules.branches.includes(ref)) return { ignored: words.goesElsewhere(number, shown(ref), built(rules)) }
  if (action === 'edited' && changes?.base === undefined) return { ignored: words.editedAlike(number) }
  const sha = commitAt('/pull_request/head/sha', pull_request.head?.sha)
  const { id: repository_id, full_name: repository } = repo
  return { check: { repository_id, repository, sha, pull_request: number, check: true } }
}

function commitAt(place: string, sha: string | null | undefined): string {
  if (sha && /^[0-9a-f]{40}$/.test(sha)) return sha
  throw new Failure('bad_request', words.misfit(place, words.noCommit))
}

/** The payload does not tell a merge made with git from an ordinary push: `build` drops the latter. */
function decidePush({ ref, after, deleted, repository }: PushPayload, rules: Rules): Decision {
  admit(repository.full_name, rules)
  const branch = ref.replace(/^refs\/heads\//, '')
  if (branch === ref || !rules.branches.includes(branch))
    return { ignored: words.pushedElsewhere(shown(branch), built(rules)) }
  if (deleted) return { ignored: words.branchDeleted(branch) }
  return { merge: { repository_id: repository.id, repository: repository.full_name, sha: after, branch } }
}

function built({ branches }: Rules): string {
  return branches.join(' or ')
}

/** A payload may be 25 MB of one name. */
function shown(ref: string): string {
  return ref.slice(0, 200)
}

function admit(repository: string, { repositories }: Rules): void {
  if (!allowed(repositories, repository)) throw new Failure('not_allowed', words.notAllowed(repository))
}
