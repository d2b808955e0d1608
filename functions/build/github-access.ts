import type { Secrets } from '../shared/secrets.ts'
import type { Config } from './config.ts'
import { type App, openApp } from './github-app.ts'
import { type GitHubCall, githubCaller } from './github-call.ts'
import { githubTrust, type Trust } from './github-trust.ts'
import * as words from './words/github.ts'

/** In whose name GitHub is asked; `why` nobody's, where there is a GitHub App. */
export type Credential =
  | { by: 'app'; token: string; forget(): void }
  | { by: 'token'; token: string }
  | { by: 'nobody'; token?: undefined; why?: string | undefined }

/** How GitHub is spoken to. */
export type Access = {
  call: GitHubCall
  trust: Trust
  app: App | undefined
  /** In whose name to ask about a repository (owner/name): the GitHub App's first, then github-token's. */
  credential(repository: string | undefined): Promise<Credential>
  /** What that depends on, as a text that changes with it; undefined where there is neither App nor token. */
  identity(): Promise<string | undefined>
}

type Clocks = { now: () => number; uptime: () => number }

export function openAccess(
  { githubApiUrl, githubAppId }: Pick<Config, 'githubApiUrl' | 'githubAppId'>,
  secrets: Secrets,
  clocks: Clocks,
): Access {
  const trust = githubTrust(secrets)
  const call = githubCaller(githubApiUrl, trust)
  const app = githubAppId === '' ? undefined : openApp({ id: githubAppId, call, secrets, ...clocks })
  return {
    call,
    trust,
    app,
    async credential(repository) {
      const own = repository === undefined ? undefined : await app?.token(repository)
      if (own) return { by: 'app', token: own.text, forget: own.forget }
      const token = await secrets.find('github-token')
      if (token !== undefined) return { by: 'token', token }
      return { by: 'nobody', why: app && repository && words.appMissing(app.id, repository) }
    },
    async identity() {
      const token = await secrets.find('github-token')
      return [app?.id, token].filter((part) => part !== undefined).join(' ') || undefined
    },
  }
}
