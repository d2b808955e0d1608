import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { catchUpEveryMinute } from './catch-up.ts'
import type { Engine } from './engine.ts'
import { functionSpecs, type Surroundings } from './functions.ts'
import { type Gateway, startGateway } from './gateway/gateway.ts'
import { gatewayFile } from './gateway-file.ts'
import { type LocalGitHub, type LocalGitHubOptions, startLocalGitHub } from './github/server.ts'
import { type Registry, startRegistry } from './registry.ts'
import { makeSecrets } from './secrets.ts'
import type { State } from './state.ts'
import { webAddress } from './webhook/words.ts'

export type StackOptions = {
  state: State
  engine: Engine
  /** 0 takes a free one. */
  port: number
  registryPort: number
  branch: string
  /** The allow-list; with `realGitHub` the repositories of the real GitHub. */
  repositories: string[]
  realGitHub: boolean
  /** The real GitHub's API; default: https://api.github.com. */
  githubApiUrl?: string
  /** The tunnel's address, if there is one. */
  publicUrl?: string | undefined
  say: (line: string) => void
  log: (line: string) => void
  more?: Surroundings['more']
  /** As the gateway's option of that name, and how the local GitHub differs; for tests. */
  coldAnswers?: 500
  localGitHub?: Partial<LocalGitHubOptions>
}

/** Everything that runs on one machine but the engine. */
export type Stack = {
  gateway: Gateway
  registry: Registry
  /** Absent where the real one is used. */
  github: LocalGitHub | undefined
  stop(): Promise<void>
}

/** Starts registry, local GitHub, gateway with the three functions, and the timer; what fails ends what began. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { state, engine, say, githubApiUrl = 'https://api.github.com' } = options
  const stops: (() => Promise<void> | void)[] = []
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end()
  }
  try {
    await makeSecrets(state)
    const registry = await startRegistry({ state, engine, port: options.registryPort, say })
    stops.push(() => registry.stop())
    const secret = (name: string) => readFileSync(join(state.secrets, name), 'utf8').trim()
    let gatewayUrl = ''
    const webhook = {
      get url() {
        return `${gatewayUrl}/function/webhook`
      },
      secret: () => secret('webhook-secret').split('\n')[0] ?? '',
    }
    const github = options.realGitHub
      ? undefined
      : await startLocalGitHub({ folder: state.github, webhook, ...options.localGitHub })
    if (github) stops.push(() => github.close())
    const around = {
      state,
      githubApiUrl: github?.url ?? githubApiUrl,
      githubUrl: github?.web ?? webAddress(githubApiUrl),
      dockerHost: engine.host,
      registryHost: registry.host,
      registryUrl: registry.url,
      branch: options.branch,
      repositories: options.repositories,
      publicUrl: options.publicUrl,
      ...(options.more && { more: options.more }),
    }
    const gateway = await startGateway({
      port: options.port,
      functions: (url) => functionSpecs({ ...around, gatewayUrl: url }),
      adminPassword: () => secret('basic-auth-password'),
      log: options.log,
      ...(options.coldAnswers && { coldAnswers: options.coldAnswers }),
    })
    gatewayUrl = gateway.url
    stops.push(() => gateway.close())
    writeFileSync(gatewayFile(state.folder), gateway.url)
    stops.push(() => rmSync(gatewayFile(state.folder), { force: true }))
    const timer = catchUpEveryMinute(gateway.url, state)
    stops.push(() => timer.stop())
    return { gateway, registry, github, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
