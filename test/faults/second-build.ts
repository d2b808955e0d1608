import { functionSpecs } from '../../local/functions.ts'
import { type Gateway, startGateway } from '../../local/gateway/gateway.ts'
import type { FaultWorld } from './fault-world.ts'

/** A second process of build on the same merges, registry and engine; `lines` takes what it says. */
export function secondBuild(
  world: FaultWorld,
  lines: string[],
  build: Record<string, string> = {},
): Promise<Gateway> {
  const around = {
    state: world.state,
    gatewayUrl: world.gateway,
    githubApiUrl: world.github.url,
    githubUrl: world.github.url,
    dockerHost: world.engine.host,
    registryHost: world.host,
    registryUrl: `https://${world.host}`,
    branch: 'develop',
    repositories: ['acme/*'],
    more: { build },
  }
  return startGateway({
    port: 0,
    functions: () => functionSpecs(around).filter(({ name }) => name === 'build'),
    adminPassword: () => '',
    log: (line) => lines.push(line),
  })
}

/** How the process that wrote these lines says that its work on a merge ended. */
export function endIn(lines: string[], sha: string): string | undefined {
  const line = lines.find((text) => text.includes('merge_ended') && text.includes(sha))
  return line && (JSON.parse(line.slice(line.indexOf('{'))) as { state: string }).state
}
