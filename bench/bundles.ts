import { rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { functionSpecs } from '../local/functions.ts'
import type { RunningHost } from '../test/local/host/running-host.ts'
import type { Journey } from '../test/support/journey.ts'
import { deployed } from './deployed.ts'
import { fixedAnswer } from './fixed-answer.ts'

export type Name = 'webhook' | 'build' | 'badge'

/** Starts a function in a process of its own, as the local gateway does. */
export type Start = () => Promise<RunningHost>

/**
 * The bundles beside a world's engine, registry and GitHub, and a function that only says "ok" in the same host. What
 * they hand on goes to a gateway that answers 202, so that nothing works on while something else is measured.
 */
export async function openBundles(
  world: Journey,
): Promise<{ starts: Record<Name, Start>; empty: Start; close(): void }> {
  const queue = createServer((request, response) => request.resume() && response.writeHead(202).end())
  await new Promise<void>((resolve) => queue.listen(0, '127.0.0.1', resolve))
  const specs = functionSpecs({
    state: world.state,
    gatewayUrl: `http://127.0.0.1:${(queue.address() as AddressInfo).port}`,
    githubApiUrl: world.github.url,
    githubUrl: world.github.url,
    dockerHost: world.engine.host,
    registryHost: world.stack.registry.host,
    registryUrl: world.stack.registry.url,
    branch: 'develop',
    repositories: [],
  })
  const ok = fixedAnswer({ status: 200, headers: {}, body: 'ok' })
  const starts = specs.map(({ name, dir, env }) => [name, () => deployed(name, env, dir)])
  return {
    starts: Object.fromEntries(starts) as Record<Name, Start>,
    empty: () => deployed('empty', { MAX_RAW_SIZE: '25mb' }, ok),
    close() {
      queue.close()
      rmSync(ok, { recursive: true })
    },
  }
}
