import { type Branches, readBranches } from '../shared/branches.ts'
import { type Environment, list, url } from '../shared/environment.ts'

export type Config = {
  /** Those whose merges are built. */
  branches: Branches
  /** The allow-list; empty lets in any repository that signs. */
  repositories: string[]
  gatewayUrl: string
  secretFolder: string
}

/** Everything this function reads from its environment. A value that cannot be used is an Error that names it. */
export function readConfig(env: Environment): Config {
  return {
    branches: readBranches(env),
    repositories: list(env, 'repositories'),
    gatewayUrl: url(env, 'gateway_url', 'http://gateway:8080'),
    secretFolder: env.secret_mount_path || '/var/openfaas/secrets',
  }
}
