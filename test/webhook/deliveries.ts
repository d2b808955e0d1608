import { sign } from '../../functions/shared/signature.ts'

export const SHA = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'

type Base = { ref: string; repo: { id: number; full_name: string } }
type PullRequest = { merged: unknown; merge_commit_sha: unknown; base: Base }

/** GitHub's payload of a merged pull request, cut down to what is relied on and a little more. */
export function closed(change: Partial<PullRequest> = {}) {
  const repo = { id: 7, full_name: 'acme/shop', private: false }
  return {
    action: 'closed',
    number: 12,
    pull_request: { merged: true, merge_commit_sha: SHA, base: { ref: 'develop', repo }, ...change },
    repository: repo,
    sender: { login: 'ada' },
  }
}

/** GitHub's payload of a pull request that is open, after `action`. */
export function changed(action: string, change: object = {}, more: object = {}) {
  const { pull_request, ...payload } = closed({ merged: false, merge_commit_sha: null })
  const head = { ref: 'faster', sha: SHA, repo: { id: 9, full_name: 'ada/shop', fork: true } }
  return { ...payload, action, pull_request: { ...pull_request, state: 'open', head, ...change }, ...more }
}

export function push(change: object = {}) {
  const repository = { id: 7, full_name: 'acme/shop' }
  return { ref: 'refs/heads/develop', after: SHA, deleted: false, repository, ...change }
}

/** A delivery as GitHub posts it; `headers` replace or add, an undefined one is left out. */
export function delivery(event: string, body: string, headers: Record<string, string | undefined> = {}) {
  const all = {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    'x-hub-signature-256': sign('hook', body),
    ...headers,
  }
  const sent = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return {
    method: 'POST',
    path: '/',
    query: {},
    headers: Object.fromEntries(sent),
    body: Buffer.from(body),
  }
}
