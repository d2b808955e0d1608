import { type GitHub, openGitHub } from '../../functions/build/github.ts'
import { openAccess } from '../../functions/build/github-access.ts'
import { githubTransport } from '../../functions/build/github-transport.ts'
import type { Secrets } from '../../functions/shared/secrets.ts'
import type { LocalGitHub, LocalGitHubOptions } from '../../local/github/server.ts'
import { withHub } from '../local/github/hub.ts'

export const TOKEN = `ghp_${'a'.repeat(36)}`

/** Nobody but who has the token. */
export function holding(token: string | undefined): Secrets {
  return {
    find: async (name) => (name === 'github-token' ? token : undefined),
    need: () => Promise.reject(new Error('no secret is needed')),
    rotating: () => Promise.reject(new Error('no secret is needed')),
  }
}

/** build's way to a GitHub at `url`, without a GitHub App. */
export function accessTo(url: string, secrets: Secrets) {
  const clocks = { now: Date.now, uptime: () => performance.now() }
  return openAccess({ githubApiUrl: url, githubAppId: '' }, secrets, clocks)
}

/** build's own client of a GitHub at `url`, with or without a token. */
export function transport(url: string, token?: string) {
  return githubTransport(accessTo(url, holding(token)))
}

type Work = (asked: { github: GitHub; hub: LocalGitHub; folder: string }) => Promise<void>

/** A local GitHub with acme/shop, and build's client of it that has a token. */
export function withGitHub(work: Work, options: Partial<LocalGitHubOptions> = {}): () => Promise<void> {
  return withHub(options, (hub, folder) =>
    work({ github: openGitHub(transport(hub.url, TOKEN)), hub, folder }),
  )
}
