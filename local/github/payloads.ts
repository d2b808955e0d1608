import { accountJson } from './account.ts'
import { type Commit, readChanges, readCommits } from './history.ts'
import { type Hook, hookJson } from './hook.ts'
import { fullPullJson, type Pull } from './pull.ts'
import type { Repository } from './repository.ts'
import { repositoryJson } from './repository-json.ts'

// https://docs.github.com/webhooks/webhook-events-and-payloads#push
const COMMITS_MAX = 2048
const NO_COMMIT = '0'.repeat(40)

/** The `pull_request` event of a pull request that was closed, merged or not. */
export function pullRequestClosed(api: string, repository: Repository, pull: Pull) {
  return pullRequestEvent(api, repository, pull, { action: 'closed' })
}

/** What beside the pull request itself the event of an action tells. */
export type PullChange =
  | { action: 'closed' | 'opened' | 'reopened' | 'ready_for_review' }
  | { action: 'synchronize'; before: string; after: string }
  | {
      action: 'edited'
      changes: { base: { ref: { from: string }; sha: { from: string } } } | { title: { from: string } }
    }

/** The `pull_request` event of an action. */
export function pullRequestEvent(api: string, repository: Repository, pull: Pull, change: PullChange) {
  return {
    ...change,
    number: pull.number,
    pull_request: fullPullJson(api, repository, pull),
    repository: repositoryJson(api, repository),
    sender: accountJson(api, repository.owner),
  }
}

/** The `push` event of a branch that went from `before` (undefined: it is new) to `after`. */
export async function pushed(
  api: string,
  repository: Repository,
  move: { branch: string; before: string | undefined; after: string },
) {
  const { directory, owner, fullName } = repository
  const range = move.before === undefined ? [move.after] : [`${move.before}..${move.after}`]
  // A new branch on GitHub lists what no other branch has; its head is enough here.
  const limit = `--max-count=${move.before === undefined ? 1 : COMMITS_MAX}`
  const commits = await readCommits(directory, ['--reverse', limit, ...range])
  const changes = await readChanges(
    directory,
    commits.map((commit) => commit.sha),
  )
  const none = { added: [], removed: [], modified: [] }
  const shown = commits.map((commit) => ({
    ...pushedCommit(api, repository, commit),
    ...(changes.get(commit.sha) ?? none),
  }))
  const before = move.before ?? NO_COMMIT
  return {
    ref: `refs/heads/${move.branch}`,
    before,
    after: move.after,
    repository: pushedRepository(api, repository),
    pusher: { name: owner, email: `${owner}@users.noreply.github.com` },
    sender: accountJson(api, owner),
    created: move.before === undefined,
    deleted: false,
    forced: false,
    base_ref: null,
    compare: `${api}/${fullName}/compare/${before.slice(0, 12)}...${move.after.slice(0, 12)}`,
    commits: shown,
    head_commit: shown.at(-1) ?? null,
  }
}

/** The `ping` event that GitHub sends when a webhook is set up. */
export function ping(api: string, repository: Repository, hook: Hook) {
  return {
    zen: 'Keep it logically awesome.',
    hook_id: hook.id,
    hook: hookJson(api, repository, hook),
    repository: repositoryJson(api, repository),
    sender: accountJson(api, repository.owner),
  }
}

// In a push event the repository is the page's, times are seconds since 1970 and the owner has a mail address.
function pushedRepository(api: string, repository: Repository) {
  const shown = repositoryJson(api, repository)
  const { login } = shown.owner
  return {
    ...shown,
    owner: { name: login, email: `${login}@users.noreply.github.com`, ...shown.owner },
    url: shown.html_url,
    created_at: Date.parse(shown.created_at) / 1000,
    pushed_at: Date.parse(shown.pushed_at) / 1000,
    stargazers: 0,
    master_branch: shown.default_branch,
  }
}

function pushedCommit(api: string, repository: Repository, commit: Commit) {
  const person = ({ name, email }: { name: string; email: string }) => ({ name, email })
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${api}/${repository.fullName}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
  }
}
