import { type Branches, readBranches } from '../shared/branches.ts'
import { type Environment, url } from '../shared/environment.ts'
import * as words from './words.ts'

export type Config = {
  /** Those that have a badge of each service. */
  branches: Branches
  registryUrl: string
  /** The registry's name as people pull from it. */
  registryPull: string
  gatewayUrl: string
  publicUrl: string
  /** Where links to commits and pull requests lead. */
  githubUrl: string
  /** Whether histories and logs open without a key. */
  publicPages: boolean
  secretFolder: string
}

/** Everything this function reads from its environment. A value that cannot be used is an Error that names it. */
export function readConfig(env: Environment): Config {
  const pages = env.pages || 'private'
  if (pages !== 'private' && pages !== 'public') throw new Error(words.notPages(pages))
  const registry = env.registry || '127.0.0.1:5000'
  return {
    branches: readBranches(env),
    registryUrl: url(env, 'registry_url', 'https://artefacto-registry:5000'),
    registryPull: env.registry_pull || registry,
    gatewayUrl: url(env, 'gateway_url', 'http://gateway:8080'),
    publicUrl: url(env, 'public_url', 'http://127.0.0.1:8080'),
    githubUrl: url(env, 'github_url', 'https://github.com'),
    publicPages: pages === 'public',
    secretFolder: env.secret_mount_path || '/var/openfaas/secrets',
  }
}
