import { toFailure } from '../shared/failure.ts'
import { type githubTransport, repositoryIn } from './github-transport.ts'

type Get = ReturnType<typeof githubTransport>

type Headers = Record<string, unknown>
type Standing = { remaining: number; limit: number; until: number }

const HOUR_MS = 3_600_000

/**
 * The same questions to GitHub; `seen` is told the headers of each answer, and that nothing is left of a limit, with the
 * account that the repository belongs to.
 */
export function watched(get: Get, seen: (headers: Headers, account: string) => void): Get {
  return async (path, want) => {
    const [account = ''] = repositoryIn(path)?.split('/') ?? []
    try {
      const answer = await get(path, want)
      if (answer) seen(answer.headers, account)
      return answer
    } catch (thrown) {
      if (toFailure(thrown).code === 'github_limit') seen({ 'x-ratelimit-remaining': '0' }, account)
      throw thrown
    }
  }
}

/**
 * What is left of GitHub's hourly limits, by account: each installation of a GitHub App has its own, and on an account
 * there is one. https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export function openRates(now: () => number = Date.now) {
  const standings = new Map<string, Standing>()
  return {
    note(headers: Headers, account: string): void {
      const {
        'x-ratelimit-remaining': remaining,
        'x-ratelimit-limit': limit,
        'x-ratelimit-reset': reset,
      } = headers
      if (remaining === undefined) return
      const before = standings.get(account)?.limit ?? Number.NaN
      standings.set(account, {
        remaining: Number(remaining),
        limit: limit === undefined ? before : Number(limit),
        until: reset === undefined ? now() + HOUR_MS : Number(reset) * 1000,
      })
    },
    /** That which is used up first; of one whose hour is over nothing is known. */
    lowest(): Pick<Standing, 'remaining' | 'limit'> | undefined {
      const known = [...standings.values()].filter(({ until }) => until > now())
      return known.sort((one, other) => one.remaining - other.remaining)[0]
    },
  }
}
