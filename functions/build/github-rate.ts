import { toFailure } from '../shared/failure.ts'
import type { githubTransport } from './github-transport.ts'

type Get = ReturnType<typeof githubTransport>

/** The same questions to GitHub; `seen` is told the headers of each answer, and that nothing is left of a limit. */
export function watched(get: Get, seen: (headers: Record<string, unknown>) => void): Get {
  return async (path, want) => {
    try {
      const answer = await get(path, want)
      if (answer) seen(answer.headers)
      return answer
    } catch (thrown) {
      if (toFailure(thrown).code === 'github_limit') seen({ 'x-ratelimit-remaining': '0' })
      throw thrown
    }
  }
}
