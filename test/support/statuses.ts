import type { LocalGitHub } from '../../local/github/server.ts'
import { REPOSITORY } from './shop.ts'

export type Status = { context: string; state: string; description: string; target_url: string }

/** All statuses of a commit, oldest first, as somebody with a token sees them. */
export async function statusesAt(
  { url }: LocalGitHub,
  sha: string,
  repository = REPOSITORY,
): Promise<Status[]> {
  const headers = { 'user-agent': 'test', authorization: 'Bearer ghp_reader' }
  const answer = await fetch(`${url}/repos/${repository}/commits/${sha}/statuses?per_page=100`, { headers })
  return ((await answer.json()) as Status[]).reverse()
}

/** The newest of each context, by context: `state: description`. */
export function latest(statuses: Status[]): Record<string, string> {
  return Object.fromEntries(
    statuses.map(({ context, state, description }) => [context, `${state}: ${description}`]),
  )
}
