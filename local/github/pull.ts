import { accountJson } from './account.ts'
import type { Repository } from './repository.ts'
import { repositoryJson } from './repository-json.ts'

/** What is kept of a pull request; the keys are GitHub's. Times are `2026-01-31T12:00:00Z`. */
export type Pull = {
  number: number
  title: string
  state: 'open' | 'closed'
  created_at: string
  updated_at: string
  closed_at: string | null
  merged_at: string | null
  merge_commit_sha: string | null
  base: { ref: string; sha: string }
  /** `fork` is the owner of the fork that the head lies in. */
  head: { ref: string; sha: string; fork?: string }
}

/** A pull request as lists show it: without `merged`, which only a single one and a delivery have. */
export function pullJson(api: string, repository: Repository, pull: Pull) {
  const url = `${api}/repos/${repository.fullName}/pulls/${pull.number}`
  const issue = `${api}/repos/${repository.fullName}/issues/${pull.number}`
  const html = `${api}/${repository.fullName}/pull/${pull.number}`
  const statuses = `${api}/repos/${repository.fullName}/statuses/${pull.head.sha}`
  return {
    url,
    id: repository.ledger.id + pull.number,
    node_id: Buffer.from(`011:PullRequest${repository.ledger.id + pull.number}`).toString('base64'),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user: accountJson(api, repository.owner),
    body: null,
    created_at: pull.created_at,
    updated_at: pull.updated_at,
    closed_at: pull.closed_at,
    merged_at: pull.merged_at,
    merge_commit_sha: pull.merge_commit_sha,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    labels: [],
    milestone: null,
    draft: false,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/repos/${repository.fullName}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    head: endJson(api, pull.head.fork ? forkOf(repository, pull.head.fork) : repository, pull.head),
    base: endJson(api, repository, pull.base),
    _links: linksJson(url, html, issue, statuses),
    author_association: 'OWNER',
    auto_merge: null,
    active_lock_reason: null,
  }
}

/** A pull request as `GET pulls/{number}` and the `pull_request` event show it. */
export function fullPullJson(api: string, repository: Repository, pull: Pull) {
  const merged = pull.merged_at !== null
  return {
    ...pullJson(api, repository, pull),
    merged,
    mergeable: merged ? null : true,
    rebaseable: merged ? null : true,
    mergeable_state: merged ? 'unknown' : 'clean',
    merged_by: merged ? accountJson(api, repository.owner) : null,
    comments: 0,
    review_comments: 0,
    maintainer_can_modify: false,
  }
}

/** A fork is its owner and its id: what it holds is read from the repository, as on GitHub. */
function forkOf(repository: Repository, owner: string): Repository {
  const ledger = { ...repository.ledger, id: repository.ledger.id + 1 }
  return { ...repository, owner, fullName: `${owner}/${repository.name}`, ledger }
}

function endJson(api: string, repository: Repository, end: { ref: string; sha: string }) {
  return {
    label: `${repository.owner}:${end.ref}`,
    ref: end.ref,
    sha: end.sha,
    user: accountJson(api, repository.owner),
    repo: repositoryJson(api, repository),
  }
}

function linksJson(url: string, html: string, issue: string, statuses: string) {
  return {
    self: { href: url },
    html: { href: html },
    issue: { href: issue },
    comments: { href: `${issue}/comments` },
    review_comments: { href: `${url}/comments` },
    review_comment: { href: `${url.replace(/\d+$/, 'comments')}{/number}` },
    commits: { href: `${url}/commits` },
    statuses: { href: statuses },
  }
}
