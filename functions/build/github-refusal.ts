import { Failure } from '../shared/failure.ts'
import type { Answer } from './github-call.ts'
import * as words from './words/github.ts'

/** Some refusals for too many calls at once have no header that says so, only words. */
export function isLimited({ status, headers, data }: Answer): boolean {
  if (status === 429 || headers['retry-after'] !== undefined) return true
  if (headers['x-ratelimit-remaining'] === '0') return true
  return Buffer.isBuffer(data) && /rate limit/i.test(data.toString('latin1'))
}

/** What an answer that is none means: the limit is used up, `may` says who may not (401, 403), or GitHub is down. */
export function refusal(path: string, answer: Answer, may: string): Failure {
  if (answer.status === 429 || (answer.status === 403 && isLimited(answer))) {
    const reset = Number(answer.headers['x-ratelimit-reset'])
    const seconds = answer.headers['retry-after']
    const until = Number.isFinite(reset) ? words.until(new Date(reset * 1000).toISOString()) : undefined
    // The limit of calls at once has its own time, beside the hourly limit's.
    const time = seconds === undefined ? until : words.forSeconds(String(seconds))
    return new Failure('github_limit', time === undefined ? words.limitUsed : words.limitUsedFor(time))
  }
  if (answer.status === 401 || answer.status === 403) return new Failure('github_refused', may)
  return new Failure('github_down', words.answered(answer.status, path))
}
