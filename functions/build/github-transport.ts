import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Failure } from '../shared/failure.ts'
import { bodyOf, callHttp } from '../shared/http-call.ts'
import type { Secrets } from '../shared/secrets.ts'
import * as words from './words/github.ts'

const DEADLINE_MS = 20_000
const ANSWER_LIMIT = 8 * 1024 * 1024
const HOPS = 3

/** How a body is wanted: whole, or as a stream that the caller ends; with `etag` only if it has changed. */
export type Want = { accept: string; stream?: boolean; signal?: AbortSignal; etag?: string | undefined }

/** The whole body, or as a stream where it was wanted so. */
type Answer = { status: number; headers: IncomingHttpHeaders; data: Buffer | Readable }

const JSON_TYPE = 'application/vnd.github+json'

/**
 * GET on GitHub's REST API. Redirects are followed by hand: the token goes to the API's own origin only, a
 * foreign host (codeload serves the tarballs) is asked without it, and https never turns into http.
 * Answers 200 and 304 come back, 404 is undefined; everything else is a Failure.
 */
export function githubTransport(apiUrl: string, secrets: Secrets) {
  const send = sender(apiUrl, secrets)
  return async function get(path: string, want: Want): Promise<Answer | undefined> {
    const answer = await send(path, want)
    if (answer.status === 200 || answer.status === 304) return answer
    discard(answer)
    if (answer.status === 404 || answer.status === 422) return undefined
    throw refusal(path, answer)
  }
}

/**
 * POST of JSON, with the token. Gives whether GitHub took it; false says that it never will (422). A token that may
 * not is a Failure `github_refused`: GitHub says 403, or 404 as if there were nothing. What passes is another one.
 */
export function githubPoster(apiUrl: string, secrets: Secrets) {
  const send = sender(apiUrl, secrets)
  return async function post(path: string, body: object): Promise<boolean> {
    const answer = await send(path, { accept: JSON_TYPE }, body)
    const { status } = answer
    if (status === 201) return true
    if (status === 422) return false
    if ([401, 403, 404].includes(status) && !isLimited(answer))
      throw new Failure('github_refused', words.tokenRefused(status))
    throw refusal(path, answer)
  }
}

export type Post = ReturnType<typeof githubPoster>

function sender(apiUrl: string, secrets: Secrets) {
  const origin = new URL(apiUrl).origin

  async function once(target: URL, want: Want, body?: object): Promise<Answer> {
    const token = target.origin === origin ? await secrets.find('github-token') : undefined
    const headers = {
      accept: want.accept,
      'user-agent': 'artefacto',
      'x-github-api-version': '2022-11-28',
      ...(token && { authorization: `Bearer ${token}` }),
      ...(want.etag && { 'if-none-match': want.etag }),
      ...(body && { 'content-type': 'application/json' }),
      // A list is a tenth of its size then. A tarball is a gzip file; what is on the wire is what is wanted.
      ...(!want.stream && { 'accept-encoding': 'gzip' }),
    }
    const answer = await callHttp(target, {
      method: body ? 'POST' : 'GET',
      headers,
      body: body && JSON.stringify(body),
      silence: DEADLINE_MS,
      ...(want.signal && { signal: want.signal }),
    })
    if (want.stream) answer.setTimeout(0)
    const data = want.stream ? answer : await whole(answer)
    return { status: answer.statusCode ?? 0, headers: answer.headers, data }
  }

  async function follow(target: URL, want: Want, hops: number, body?: object): Promise<Answer> {
    const answer = await once(target, want, body)
    if (![301, 302, 307, 308].includes(answer.status)) return answer
    const next = new URL(String(answer.headers.location ?? ''), target)
    discard(answer)
    const downgraded = target.protocol === 'https:' && next.protocol !== 'https:'
    // A renamed repository's POST is answered with 307; 301 and 302 would make a GET of it.
    const repeated = !body || (answer.status > 302 && next.origin === origin)
    if (hops === 0 || downgraded || !repeated) throw new Failure('github_down', words.redirects)
    return follow(next, want, hops - 1, body)
  }

  /** `follow` may meet a host name that says something; messages name the API's path alone. */
  return (path: string, want: Want, body?: object): Promise<Answer> =>
    follow(new URL(`${apiUrl}${path}`), want, HOPS, body).catch((error: unknown) => {
      if (error instanceof Failure) throw error
      const { code, message } = error as { code?: string; message?: string }
      throw new Failure('github_down', words.silent(String(code ?? message)), error)
    })
}

async function whole(answer: IncomingMessage): Promise<Buffer> {
  const bytes = await bodyOf(answer, ANSWER_LIMIT)
  const packed = answer.headers['content-encoding'] === 'gzip'
  return packed ? promisify(gunzip)(bytes, { maxOutputLength: ANSWER_LIMIT }) : bytes
}

function discard(answer: Answer): void {
  if (answer.data instanceof Readable) answer.data.destroy()
}

/** Some refusals for too many calls at once have no header that says so, only words. */
function isLimited({ status, headers, data }: Answer): boolean {
  if (status === 429 || headers['retry-after'] !== undefined) return true
  if (headers['x-ratelimit-remaining'] === '0') return true
  return Buffer.isBuffer(data) && /rate limit/i.test(data.toString('latin1'))
}

function refusal(path: string, answer: Answer): Failure {
  if (answer.status === 429 || (answer.status === 403 && isLimited(answer))) {
    const reset = Number(answer.headers['x-ratelimit-reset'])
    const seconds = answer.headers['retry-after']
    const until = Number.isFinite(reset) ? words.until(new Date(reset * 1000).toISOString()) : undefined
    // The limit of calls at once has its own time, beside the hourly limit's.
    const time = seconds === undefined ? until : words.forSeconds(String(seconds))
    return new Failure('github_limit', time === undefined ? words.limitUsed : words.limitUsedFor(time))
  }
  if (answer.status === 401 || answer.status === 403)
    return new Failure('github_refused', words.answeredToken(answer.status, path))
  return new Failure('github_down', words.answered(answer.status, path))
}
