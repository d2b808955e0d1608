import type { Readable } from 'node:stream'
import axios, { type AxiosResponse } from 'axios'
import { Failure } from '../shared/failure.ts'
import type { Secrets } from '../shared/secrets.ts'

const DEADLINE_MS = 20_000
const ANSWER_LIMIT = 8 * 1024 * 1024
const HOPS = 3

/** How a body is wanted: whole, or as a stream that the caller ends; with `etag` only if it has changed. */
export type Want = { accept: string; stream?: boolean; signal?: AbortSignal; etag?: string | undefined }

/**
 * GET on GitHub's REST API. Redirects are followed by hand: the token goes to the API's own origin only, a
 * foreign host (codeload serves the tarballs) is asked without it, and https never turns into http.
 * Answers 200 and 304 come back, 404 is undefined; everything else is a Failure.
 */
export function githubTransport(apiUrl: string, secrets: Secrets) {
  const origin = new URL(apiUrl).origin

  async function send(target: URL, want: Want): Promise<AxiosResponse> {
    const token = target.origin === origin ? await secrets.find('github-token') : undefined
    const headers = {
      accept: want.accept,
      'user-agent': 'artefacto',
      'x-github-api-version': '2022-11-28',
      ...(token && { authorization: `Bearer ${token}` }),
      ...(want.etag && { 'if-none-match': want.etag }),
    }
    return axios.get(target.href, {
      headers,
      maxRedirects: 0,
      maxContentLength: want.stream ? -1 : ANSWER_LIMIT,
      proxy: false,
      timeout: DEADLINE_MS,
      validateStatus: () => true,
      responseType: want.stream ? 'stream' : 'arraybuffer',
      // A tarball is a gzip file; what is on the wire is what is wanted.
      decompress: !want.stream,
      ...(want.signal && { signal: want.signal }),
    })
  }

  async function follow(target: URL, want: Want, hops: number): Promise<AxiosResponse> {
    const answer = await send(target, want)
    if (![301, 302, 307, 308].includes(answer.status)) return answer
    const next = new URL(String(answer.headers.location ?? ''), target)
    discard(answer)
    const downgraded = target.protocol === 'https:' && next.protocol !== 'https:'
    if (hops === 0 || downgraded)
      throw new Failure('github_down', 'GitHub redirects in a way that is not followed')
    return follow(next, want, hops - 1)
  }

  return async function get(path: string, want: Want): Promise<AxiosResponse | undefined> {
    // `follow` may meet a host name that says something; messages name the API's path alone.
    const answer = await follow(new URL(`${apiUrl}${path}`), want, HOPS).catch((error: unknown) => {
      if (error instanceof Failure) throw error
      const { code, message } = error as { code?: string; message?: string }
      throw new Failure('github_down', `GitHub does not answer (${code ?? message})`, error)
    })
    if (answer.status === 200 || answer.status === 304) return answer
    discard(answer)
    if (answer.status === 404 || answer.status === 422) return undefined
    throw refusal(path, answer)
  }
}

function discard(answer: AxiosResponse): void {
  const body = answer.data as Partial<Readable>
  if (typeof body?.destroy === 'function') body.destroy()
}

function refusal(path: string, answer: AxiosResponse): Failure {
  const limited =
    answer.headers['retry-after'] !== undefined || answer.headers['x-ratelimit-remaining'] === '0'
  if (answer.status === 429 || (answer.status === 403 && limited)) {
    const reset = Number(answer.headers['x-ratelimit-reset'])
    const seconds = answer.headers['retry-after']
    const until = Number.isFinite(reset) ? ` until ${new Date(reset * 1000).toISOString()}` : ''
    // The limit of calls at once has its own time, beside the hourly limit's.
    const time = seconds === undefined ? until : ` for ${seconds} s`
    return new Failure('github_limit', `GitHub's rate limit is used up${time}; a github-token raises it`)
  }
  if (answer.status === 401 || answer.status === 403)
    return new Failure(
      'github_refused',
      `GitHub answered ${answer.status} to ${path}: is github-token still valid?`,
    )
  return new Failure('github_down', `GitHub answered ${answer.status} to ${path}`)
}
