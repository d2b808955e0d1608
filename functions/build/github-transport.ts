import { Failure } from '../shared/failure.ts'
import type { Access, Credential } from './github-access.ts'
import { type Answer, discard, JSON_TYPE, type Want } from './github-call.ts'
import { isLimited, refusal } from './github-refusal.ts'
import * as words from './words/github.ts'

/**
 * GET on GitHub's REST API. Answers 200 and 304 come back, 404 is undefined; everything else is a Failure, and so is a
 * repository that is not to be seen because the GitHub App is not installed on it.
 */
export function githubTransport(access: Access) {
  return async function get(path: string, want: Want): Promise<Answer | undefined> {
    const { answer, credential } = await send(access, path, want)
    const { status } = answer
    if (status === 200 || status === 304) return answer
    discard(answer)
    if (status === 404 && path === `/repos/${repositoryIn(path)}`) mustBeSigned(credential)
    if (status === 404 || status === 422) return undefined
    if (status === 401 || (status === 403 && !isLimited(answer))) mustBeSigned(credential)
    const mayNot = credential.by === 'app' ? words.answeredApp : words.answeredToken
    throw refusal(path, answer, mayNot(status, path))
  }
}

/**
 * POST of JSON. Gives whether GitHub took it; false says that it never will (422). Who may not is a Failure
 * `github_refused`: GitHub says 403, or 404 as if there were nothing. What passes is another one.
 */
export function githubPoster(access: Access) {
  return async function post(path: string, body: object): Promise<boolean> {
    const { answer, credential } = await send(access, path, { accept: JSON_TYPE }, body)
    const { status } = answer
    if (status === 201) return true
    if (status === 422) return false
    if (![401, 403, 404].includes(status) || isLimited(answer))
      throw refusal(path, answer, words.answeredToken(status, path))
    mustBeSigned(credential)
    throw new Failure(
      'github_refused',
      credential.by === 'app' ? words.appRefusedStatus(status) : words.tokenRefused(status),
    )
  }
}

export type Post = ReturnType<typeof githubPoster>

/** Once more with another token where GitHub does not take the App's any more: an App may be installed anew. */
async function send(access: Access, path: string, want: Want, body?: object) {
  const repository = want.repository ?? repositoryIn(path)
  const credential = await access.credential(repository)
  const answer = await access.call(path, want, credential.token, body)
  if (answer.status !== 401 || credential.by !== 'app') return { answer, credential }
  discard(answer)
  credential.forget()
  const other = await access.credential(repository)
  return { answer: await access.call(path, want, other.token, body), credential: other }
}

/** The `owner/name` of a path of the API. */
export function repositoryIn(path: string): string | undefined {
  return /^\/repos\/([^/]+\/[^/?]+)/.exec(path)?.[1]
}

function mustBeSigned(credential: Credential): void {
  if (credential.by === 'nobody' && credential.why !== undefined)
    throw new Failure('github_refused', credential.why)
}
