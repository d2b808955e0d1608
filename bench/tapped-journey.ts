import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../test/support/free-port.ts'
import { type Journey, openJourney, REPOSITORY } from '../test/support/journey.ts'
import { startTap, type Tapped } from './tap.ts'

/** A world whose build reaches the registry and GitHub through taps, which remember every call. */
export type TappedJourney = Journey & {
  registryPort: number
  /** GitHub behind its tap. */
  githubUrl: string
  calls: { registry: Tapped[]; github: Tapped[] }
}

export async function openTappedJourney(): Promise<TappedJourney> {
  const ports = { registry: await freePort(), github: await freePort() }
  let registryPort = 0
  const world = await openJourney((around) => {
    registryPort = around.registryPort
    return {
      build: {
        registry_url: `https://127.0.0.1:${ports.registry}`,
        github_api_url: `http://127.0.0.1:${ports.github}`,
        repositories: REPOSITORY,
      },
    }
  })
  const file = (name: string) => readFileSync(join(world.state.certs, name))
  const identity = { cert: file('registry.crt'), key: file('registry.key'), ca: file('ca.crt') }
  const registry = await startTap(ports.registry, registryPort, identity)
  const github = await startTap(ports.github, Number(new URL(world.github.url).port))
  return {
    ...world,
    registryPort,
    githubUrl: `http://127.0.0.1:${ports.github}`,
    calls: { registry: registry.calls, github: github.calls },
    async close() {
      registry.close()
      github.close()
      await world.close()
    },
  }
}
