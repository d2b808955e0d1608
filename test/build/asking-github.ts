import { type GitHub, openGitHub } from '../../functions/build/github.ts'
import { githubTransport } from '../../functions/build/github-transport.ts'
import type { Secrets } from '../../functions/shared/secrets.ts'
import type { LocalGitHub, LocalGitHubOptions } from '../../local/github/server.ts'
import { withHub } from '../local/github/hub.ts'

export const TOKEN = `ghp_${'a'.repeat(36)}`

/** build's own client of a GitHub at `url`, with or without a token. */
export function transport(url: string, token?: string) {
  const secrets: Secrets = {
    find: async (name) => (name === 'github-token' ? token : undefined),
    need: () => Promise.reject(new Error('no secret is needed')),
    rotating: () => Promise.reject(new Error('no secret is needed')),
  }
  return githubTransport(url, secrets)
}

type Work = (asked: { github: GitHub; hub: LocalGitHub; folder: string }) => Promise<void>

/** A local GitHub with acme/shop, and build's client of it that has a token. */
export function withGitHub(work: Work, options: Partial<LocalGitHubOptions> = {}): () => Promise<void> {
  return withHub(options, (hub, folder) =>
    work({ github: openGitHub(transport(hub.url, TOKEN)), hub, folder }),
  )
}
