import { Failure } from '../shared/failure.ts'
import { jsonOf } from '../shared/http-call.ts'
import type { Secrets } from '../shared/secrets.ts'
import { isGithubAppToken, isGithubInstallation } from '../shared/validators.generated.mjs'
import { appJwt } from './github-app-jwt.ts'
import { type Answer, type GitHubCall, JSON_TYPE } from './github-call.ts'
import { refusal } from './github-refusal.ts'
import { openKept } from './kept.ts'
import * as words from './words/github.ts'

/** How long it counts where the App is installed, and where it is not: somebody is about to install it. */
const INSTALLED_MS = 10 * 60_000
const ABSENT_MS = 60_000
/** A token is not used to its end: what is asked with it takes a while. */
const SPARE_MS = 5 * 60_000

type Parts = { id: string; call: GitHubCall; secrets: Secrets; now: () => number; uptime: () => number }

/** A token of one of the App's installations. */
export type AppToken = { text: string; forget(): void }

/** A GitHub App (https://docs.github.com/apps), as far as it signs what we ask. */
export type App = ReturnType<typeof openApp>

export function openApp({ id, call, secrets, now, uptime }: Parts) {
  /** A question that the App itself may ask; undefined is GitHub's 404. */
  async function ask<T>(
    path: string,
    fits: (value: unknown) => boolean,
    body?: object,
  ): Promise<{ value: T; headers: Answer['headers'] } | undefined> {
    const jwt = appJwt(id, await secrets.need('github-app-key'), now())
    const answer = await call(path, { accept: JSON_TYPE }, jwt, body)
    const { status, headers } = answer
    const value = jsonOf(answer.data as Buffer)
    const says = String((value as { message?: unknown } | undefined)?.message ?? '').slice(0, 200)
    // "Integration not found": GitHub knows no App of this number.
    if (status === 404 && !/integration/i.test(says)) return undefined
    if (status === 401 || status === 404)
      throw new Failure('github_refused', words.appRefused(id, status, says))
    if (status !== 200 && status !== 201) throw refusal(path, answer, words.appMayNot(id, status, says))
    if (!fits(value)) throw new Failure('github_down', words.unpromised(path))
    return { value: value as T, headers }
  }

  const installations = openKept(uptime, async (repository: string) => {
    const found = await ask<{ id: number }>(`/repos/${repository}/installation`, isGithubInstallation)
    return { value: found?.value.id, ms: found ? INSTALLED_MS : ABSENT_MS }
  })

  const tokens = openKept<number, string | undefined>(uptime, async (installation) => {
    const path = `/app/installations/${installation}/access_tokens`
    const made = await ask<{ token: string; expires_at: string }>(path, isGithubAppToken, {})
    if (made === undefined) return { value: undefined, ms: 0 }
    const { token, expires_at } = made.value
    // By GitHub's own clock, whatever ours says.
    const from = Date.parse(made.headers.date ?? '') || now()
    return { value: token, ms: Date.parse(expires_at) - from - SPARE_MS }
  })

  return {
    id,
    ask,

    /** The token for a repository (owner/name); undefined where the App is not installed on it. */
    async token(repository: string): Promise<AppToken | undefined> {
      const key = repository.toLowerCase()
      const looked = installations.get(key)
      const installation = await looked
      if (installation === undefined) return undefined
      const made = tokens.get(installation)
      const forget = () => {
        tokens.forget(installation, made)
        installations.forget(key, looked)
      }
      const text = await made
      // Taken away and installed again, it has another number.
      if (text === undefined) forget()
      return text === undefined ? undefined : { text, forget }
    },
  }
}
