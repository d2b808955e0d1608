import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../test/support/free-port.ts'
import type { Journey } from '../test/support/journey.ts'
import { startTap, type Tapped } from './tap.ts'

export type Taps = Awaited<ReturnType<typeof openTaps>>

/** A tap before each of those whom webhook and build ask. */
export async function openTaps({ state, stack, github, engine, gateway }: Journey) {
  const file = (name: string) => readFileSync(join(state.certs, name))
  const identity = { cert: file('registry.crt'), key: file('registry.key'), ca: file('ca.crt') }
  const portOf = (url: string) => Number(new URL(url).port)
  const socket = join(state.folder, 'tap.sock')
  const ports = { registry: await freePort(), GitHub: await freePort(), gateway: await freePort() }
  const taps = {
    registry: await startTap(ports.registry, portOf(stack.registry.url), identity),
    GitHub: await startTap(ports.GitHub, portOf(github.url)),
    gateway: await startTap(ports.gateway, portOf(gateway)),
    engine: await startTap(socket, engine.host.slice('unix://'.length)),
  }
  const gateway_url = `http://127.0.0.1:${ports.gateway}`
  const github_api_url = `http://127.0.0.1:${ports.GitHub}`
  return {
    /** Their addresses, by their taps. */
    gateway: gateway_url,
    github: github_api_url,
    /** From now on webhook and build, as new processes, ask by the taps. */
    async begin(): Promise<void> {
      await stack.gateway.restart('webhook', { gateway_url })
      await stack.gateway.restart('build', {
        gateway_url,
        registry_url: `https://127.0.0.1:${ports.registry}`,
        github_api_url,
        docker_host: `unix://${socket}`,
      })
    },
    /** How many calls fit, of those that have ended and were not taken. */
    count(line: RegExp = /^/): number {
      const calls = Object.values(taps).flatMap((tap) => tap.calls)
      return calls.filter((call) => line.test(call.line)).length
    },
    /** What was called since the last time, all of it. */
    take(): (Tapped & { to: string })[] {
      return Object.entries(taps).flatMap(([to, { calls }]) =>
        calls.splice(0).map((call) => ({ to, ...call })),
      )
    },
    close(): void {
      for (const tap of Object.values(taps)) tap.close()
    },
  }
}
