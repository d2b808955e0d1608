import type { AppTokens, GitHubApp } from './app.ts'
import type { Faults } from './faults.ts'
import type { HookLog } from './hook-log.ts'
import type { Rate } from './rate.ts'
import type { Rights } from './rights.ts'
import type { DownloadLinks } from './tarball.ts'

export type SeenRequest = {
  method: string
  path: string
  headers: Record<string, string | string[] | undefined>
}

/** What all requests of one local GitHub share. The addresses are known once its listeners are up. */
export type Site = {
  folder: string
  token: string | undefined
  tokens: Record<string, Rights> | undefined
  /** A GitHub App, and the tokens of its installations. */
  app: GitHubApp | undefined
  appTokens: AppTokens
  /** Whether it is Enterprise Server: the API and the downloads below the pages, and no rate limit. */
  enterprise: boolean
  now: () => Date
  api: string
  /** Where people look, and git-lfs. */
  web: string
  codeload: string
  requests: SeenRequest[]
  faults: Faults
  rate: Rate
  downloads: DownloadLinks
  hookLog: HookLog
  turn: <T>(key: string, work: () => Promise<T>) => Promise<T>
}
