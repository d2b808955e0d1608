import { join } from 'node:path'
import { amiSocket } from './ami-socket.ts'
import type { FunctionSpec } from './gateway/gateway.ts'
import type { State } from './state.ts'

/** What the three functions are told about the machine they run on. */
export type Surroundings = {
  state: State
  gatewayUrl: string
  /** What strangers see of it, by a tunnel; then histories and logs open with a key only. */
  publicUrl?: string | undefined
  githubApiUrl: string
  /** Where people see commits and pull requests. */
  githubUrl: string
  dockerHost: string
  registryHost: string
  registryUrl: string
  branch: string
  /** The allow-list; empty: any repository that signs. */
  repositories: string[]
  /** More environment, by name of the function. */
  more?: Record<string, Record<string, string>>
}

const DIST = join(import.meta.dirname, '../dist')

/** The bundles as stack.yml deploys them, with this machine's addresses in their environment. */
export function functionSpecs(around: Surroundings): FunctionSpec[] {
  const common = {
    RAW_BODY: 'true',
    secret_mount_path: around.state.secrets,
    branch: around.branch,
    repositories: around.repositories.join(' '),
    gateway_url: around.gatewayUrl,
    public_url: around.publicUrl ?? around.gatewayUrl,
    github_url: around.githubUrl,
    registry: around.registryHost,
    registry_url: around.registryUrl,
    registry_pull: around.registryHost,
  }
  const own: Record<string, Record<string, string>> = {
    webhook: { MAX_RAW_SIZE: '25mb' },
    build: {
      NODE_OPTIONS: '--max-semi-space-size=2',
      MALLOC_ARENA_MAX: '1',
      MALLOC_TRIM_THRESHOLD_: '131072',
      MAX_RAW_SIZE: '64kb',
      github_api_url: around.githubApiUrl,
      docker_host: around.dockerHost,
      // Started beside, perhaps later: until it answers, what needs a disk waits.
      ami_host: `unix://${amiSocket(around.state.folder)}`,
    },
    // On loopback whoever sees the badge may see the pages.
    badge: {
      NODE_OPTIONS: '--use-openssl-ca',
      MAX_RAW_SIZE: '64kb',
      pages: around.publicUrl === undefined ? 'public' : 'private',
    },
  }
  return Object.entries(own).map(([name, env]) => ({
    name,
    dir: join(DIST, name),
    env: { ...common, ...env, ...around.more?.[name] },
  }))
}
