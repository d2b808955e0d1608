import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Failure } from '../shared/failure.ts'
import { bodyOf, callHttp } from '../shared/http-call.ts'
import { distrusted, type Trust } from './github-trust.ts'
import * as words from './words/github.ts'

const DEADLINE_MS = 20_000
const ANSWER_LIMIT = 8 * 1024 * 1024
const HOPS = 3

/**
 * How a body is wanted: whole, or as a stream that the caller ends; with `etag` only if it has changed. `repository`
 * says whose token is to ask where the path names none.
 */
export type Want = {
  accept: string
  stream?: boolean
  signal?: AbortSignal
  etag?: string | undefined
  repository?: string | undefined
}

/** The whole body, or as a stream where it was wanted so. */
export type Answer = { status: number; headers: IncomingHttpHeaders; data: Buffer | Readable }

export const JSON_TYPE = 'application/vnd.github+json'

/** One question to GitHub's API, in the name of whoever has this token; with a body it is a POST. */
export type GitHubCall = (path: string, want: Want, token?: string, body?: object) => Promise<Answer>

/**
 * Calls of GitHub's REST API. Redirects are followed by hand: the token is shown below `apiUrl` only, anything else
 * is asked without it (codeload serves the tarballs, and Enterprise Server has it on the API's own host), and https
 * never turns into http. Every status comes back; that nobody answers is a Failure.
 */
export function githubCaller(apiUrl: string, trust: Trust): GitHubCall {
  const ours = `${new URL(apiUrl).href.replace(/\/$/, '')}/`
  const isOurs = (target: URL) => target.href.startsWith(ours)

  async function once(target: URL, want: Want, token?: string, body?: object): Promise<Answer> {
    const headers = {
      accept: want.accept,
      'user-agent': 'artefacto',
      'x-github-api-version': '2022-11-28',
      ...(token && isOurs(target) && { authorization: `Bearer ${token}` }),
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
      ...(await trust(target)),
      ...(want.signal && { signal: want.signal }),
    })
    if (want.stream) answer.setTimeout(0)
    const data = want.stream ? answer : await whole(answer)
    return { status: answer.statusCode ?? 0, headers: answer.headers, data }
  }

  async function follow(
    target: URL,
    want: Want,
    hops: number,
    token?: string,
    body?: object,
  ): Promise<Answer> {
    const answer = await once(target, want, token, body)
    if (![301, 302, 307, 308].includes(answer.status)) return answer
    const next = new URL(String(answer.headers.location ?? ''), target)
    discard(answer)
    const downgraded = target.protocol === 'https:' && next.protocol !== 'https:'
    // A renamed repository's POST is answered with 307; 301 and 302 would make a GET of it.
    const repeated = !body || (answer.status > 302 && isOurs(next))
    if (hops === 0 || downgraded || !repeated) throw new Failure('github_down', words.redirects)
    return follow(next, want, hops - 1, token, body)
  }

  /** `follow` may meet a host name that says something; messages name the API's path alone. */
  return (path, want, token, body) =>
    follow(new URL(`${apiUrl}${path}`), want, HOPS, token, body).catch((error: unknown) => {
      if (error instanceof Failure) throw error
      const { code, message } = error as { code?: string; message?: string }
      const why = String(code ?? message)
      throw new Failure('github_down', distrusted(why) ? words.distrusted(why) : words.silent(why), error)
    })
}

async function whole(answer: IncomingMessage): Promise<Buffer> {
  const bytes = await bodyOf(answer, ANSWER_LIMIT)
  const packed = answer.headers['content-encoding'] === 'gzip'
  return packed ? promisify(gunzip)(bytes, { maxOutputLength: ANSWER_LIMIT }) : bytes
}

/** Ends an answer that nobody reads. */
export function discard(answer: Answer): void {
  if (answer.data instanceof Readable) answer.data.destroy()
}
