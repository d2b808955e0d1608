import { Failure } from '../shared/failure.ts'
import type { Entry } from '../shared/images.ts'
import type { Secrets } from '../shared/secrets.ts'
import { pickLogins, readLogins, registryHost } from './base-registries.ts'
import { pickSecrets, readBuildSecrets } from './build-secrets.ts'
import type { Config } from './config.ts'
import type { Credentials } from './engine.ts'
import { granted } from './grant.ts'
import * as words from './words/grants.ts'

/** What one build may have of what the operator keeps. */
export type Grants = {
  /** The values that `RUN --mount=type=secret` may read, by id. */
  secrets: ReadonlyMap<string, string>
  /** Who to be at the registries of base images, by host. */
  logins: ReadonlyMap<string, Credentials>
  /** Registries whose passwords only other repositories may use. */
  closed: readonly string[]
}

export const NO_GRANTS: Grants = { secrets: new Map(), logins: new Map(), closed: [] }

/**
 * What the operator gives to the builds of a repository; read anew for each. `secret_refused` where images.json asks
 * for more than that, `secret_missing` where the operator has yet to write it down.
 */
export function openGrants(
  { buildSecrets, baseRegistries }: Pick<Config, 'buildSecrets' | 'baseRegistries'>,
  secrets: Secrets,
): (repository: string, entry: Entry) => Promise<Grants> {
  const hosts = [...new Set(baseRegistries.map(({ name }) => registryHost(name)))]

  async function secretsOf(repository: string, entry: Entry): Promise<Grants['secrets']> {
    const { service_name: service, secrets: names = [] } = entry
    if (names.length === 0) return NO_GRANTS.secrets
    const may = granted(buildSecrets, repository)
    const more = names.find((name) => !may.includes(name))
    if (more !== undefined) throw new Failure('secret_refused', words.notAllowed(service, more, repository))
    return pickSecrets(entry, readBuildSecrets(await secrets.need('build-secrets')))
  }

  async function loginsTo(open: string[]): Promise<Grants['logins']> {
    if (open.length === 0) return NO_GRANTS.logins
    return pickLogins(open, readLogins(await secrets.need('base-registries')))
  }

  return async (repository, entry) => {
    const may = granted(baseRegistries, repository).map(registryHost)
    const open = hosts.filter((host) => may.includes(host))
    const closed = hosts.filter((host) => !may.includes(host))
    return { secrets: await secretsOf(repository, entry), logins: await loginsTo(open), closed }
  }
}
