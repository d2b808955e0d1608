import { type Environment, list } from '../shared/environment.ts'
import { allowed } from '../shared/repositories.ts'
import * as words from './words/grants.ts'

/** The operator's word that `repositories` (`owner/name` or `owner/*`) may use what is called `name`. */
export type Grant = { repositories: string; name: string }

/** Grants in the environment: `owner/name:NAME`, separated by commas or spaces. */
export function readGrants(env: Environment, variable: string): Grant[] {
  return list(env, variable).map((word) => {
    const [, repositories, name] = /^([^/:]+\/[^/:]+):(.+)$/.exec(word) ?? []
    if (repositories === undefined || name === undefined) throw new Error(words.notGrant(variable, word))
    return { repositories, name }
  })
}

/** The names of what a repository may use. */
export function granted(grants: readonly Grant[], repository: string): string[] {
  return grants.filter(({ repositories }) => allowed([repositories], repository)).map(({ name }) => name)
}
