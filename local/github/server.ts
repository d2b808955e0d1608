import { callingActions, changingActions, makingActions } from './actions.ts'
import type { Origin } from './adopt.ts'
import type { Event } from './announce.ts'
import type { GitHubApp } from './app.ts'
import type { Delivery, Webhook } from './delivery.ts'
import { createFaults, type Faults } from './faults.ts'
import { createHookLog } from './hook-log.ts'
import { closeListener, listen } from './listener.ts'
import { type Reviewing, reviewingActions } from './open-pulls.ts'
import { createRate } from './rate.ts'
import type { Rights } from './rights.ts'
import type { SeenRequest, Site } from './site.ts'
import { createDownloadLinks } from './tarball.ts'
import { createTurns } from './turns.ts'
import type { Files } from './write-commit.ts'

export type { Origin } from './adopt.ts'
export type { Event } from './announce.ts'
export type { GitHubApp } from './app.ts'
export type { Delivery } from './delivery.ts'
export type { Fault, Faults } from './faults.ts'
export type { Files } from './write-commit.ts'

export type LocalGitHubOptions = {
  /** Holds `<owner>/<repo>.git` and, beside each, `<repo>.json`; survives restarts. */
  folder: string
  /** The address of this machine at which the functions reach it, for the API and for downloads; loopback by default. */
  host?: string
  port?: number
  webhook?: Webhook
  /** With it any other token is 401 "Bad credentials"; without it every token is taken for good. */
  token?: string
  /** What other tokens may do, read at each request; with it tokens that are nowhere named are 401, too. */
  tokens?: Record<string, Rights>
  app?: GitHubApp
  /** As Enterprise Server: the API at /api/v3 of its one host, downloads at /_codeload. */
  enterprise?: boolean
  /** Speaks https with these, in PEM. */
  tls?: { cert: string; key: string }
  /** Requests an hour, with a token and without; a million by default, GitHub has 5000 and 60. */
  rate?: number | { anonymous: number; token: number }
  /** The clock of rate limit, download links and commits that are given no time. */
  now?: () => Date
}

// A demonstration must not end because somebody reloads a page.
const DEMO_RATE = 1_000_000

/** `mergedAt` is GitHub's `merged_at`: UTC, whole seconds. */
export type Merge = { sha: string; number: number; mergedAt: string; deliveries: Delivery[] }

export type LocalGitHub = Reviewing & {
  /** The API's root, as https://api.github.com is; no slash at the end. */
  url: string
  /** Where people look, as https://github.com is. */
  web: string
  /** Gives a repository another name or owner; the old name leads on. */
  rename: (from: string, to: string) => Promise<void>
  /** Ends all tokens of the App's installations. */
  revokeTokens: () => void
  /** Makes `owner/repo`, empty without an origin. An existing clone is brought up to date, others are refused. */
  create: (fullName: string, from?: Origin, options?: { private?: boolean; at?: Date }) => Promise<void>
  exists: (fullName: string) => boolean
  /** The number that a repository keeps whatever it is called. */
  id: (fullName: string) => number
  /** Opens a pull request with these changes, merges it and delivers `push`, then `pull_request`. */
  merge: (
    fullName: string,
    change: {
      files: Files
      title?: string
      base?: string
      method?: 'merge' | 'squash'
      at?: Date
      deliver?: boolean | Event[]
    },
  ) => Promise<Merge>
  /** An ordinary commit on a branch, which is made where there is none; delivers `push`. */
  push: (
    fullName: string,
    change: { files: Files; branch?: string; message?: string; at?: Date; deliver?: boolean },
  ) => Promise<{ sha: string; deliveries: Delivery[] }>
  /** Moves a branch on to the head of another one, as `git push origin develop:main` does; delivers `push`. */
  forward: (
    fullName: string,
    change: { from?: string; to: string; deliver?: boolean },
  ) => Promise<{ sha: string; deliveries: Delivery[] }>
  /** A commit that is there and not merged, with an open pull request when `pull`. Delivers nothing. */
  commitAside: (
    fullName: string,
    change: { files: Files; branch: string; base?: string; at?: Date; pull?: boolean },
  ) => Promise<{ sha: string; number: number | undefined }>
  /** Takes the head of a branch for a merged pull request, at its committer's time, and delivers it. */
  replayHead: (fullName: string, branch?: string, deliver?: boolean | Event[]) => Promise<Merge>
  /** Sends the same body with the same X-GitHub-Delivery again. */
  redeliver: (delivery: Delivery) => Promise<Delivery>
  ping: (fullName: string) => Promise<Delivery>
  /** The last 10,000 requests, to the API and the download host; `path` has the query. */
  requests: SeenRequest[]
  faults: Faults
  close: () => Promise<void>
}

/**
 * A GitHub on this machine: serves the bare repositories in a folder by GitHub's REST paths and delivers signed
 * webhooks when something is merged into them.
 */
export async function startLocalGitHub(options: LocalGitHubOptions): Promise<LocalGitHub> {
  const site = siteOf(options)
  const { host = '127.0.0.1', port = 0, tls } = options
  const api = await listen(site, 'api', { host, port, tls })
  const codeload = options.enterprise ? undefined : await listen(site, 'codeload', { host, port: 0, tls })
  site.web = api.address
  site.api = options.enterprise ? `${api.address}/api/v3` : api.address
  site.codeload = codeload?.address ?? `${api.address}/_codeload`
  return {
    url: site.api,
    web: site.web,
    revokeTokens: () => site.appTokens.clear(),
    ...makingActions(site),
    ...changingActions(site, options.webhook),
    ...reviewingActions(site, options.webhook),
    ...callingActions(site, options.webhook),
    requests: site.requests,
    faults: site.faults,
    close: async () => {
      await Promise.all([api, codeload].map((one) => one && closeListener(one.server)))
    },
  }
}

function siteOf(options: LocalGitHubOptions): Site {
  const { folder, token, tokens, app, enterprise = false, rate = DEMO_RATE, now = () => new Date() } = options
  return {
    folder,
    token,
    tokens,
    app,
    appTokens: new Map(),
    enterprise,
    now,
    api: '',
    web: '',
    codeload: '',
    requests: [],
    faults: createFaults(),
    rate: createRate(typeof rate === 'number' ? { anonymous: rate, token: rate } : rate, now),
    downloads: createDownloadLinks(now),
    hookLog: createHookLog(),
    turn: createTurns(),
  }
}
