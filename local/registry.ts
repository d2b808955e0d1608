import { canInstall, whereIs } from './debian.ts'
import type { Engine } from './engine.ts'
import { endRecorded } from './pid-file.ts'
import { ensurePortFree } from './port.ts'
import {
  canPullRegistryImage,
  hasRegistryImage,
  removeRegistryContainers,
  startRegistryContainer,
} from './registry-container.ts'
import {
  installRegistry,
  REGISTRY_STOP_MS,
  registryPidFile,
  startRegistryProgram,
} from './registry-program.ts'
import type { State } from './state.ts'

/** A running registry: `host` is what an image reference begins with; `stop` leaves the data. */
export type Registry = {
  host: string
  url: string
  how: 'container' | 'program'
  stop(): Promise<void>
}

type Options = { state: State; engine: Engine; port: number; say: (line: string) => void }

/**
 * Starts the distribution registry on 127.0.0.1:`port`, with the certificates and the password that `makeSecrets`
 * made: as container where the engine has or can pull registry:3, else as Debian's program. Both serve the same
 * configuration and data.
 */
export async function startRegistry({ state, engine, port, say }: Options): Promise<Registry> {
  await removeRegistryContainers(state, engine)
  await endRecorded(registryPidFile(state), REGISTRY_STOP_MS)
  await ensurePortFree(port, '--registry-port')
  const host = `127.0.0.1:${port}`
  const url = `https://${host}`
  const how = await choose(engine, say)
  const start = how === 'container' ? startRegistryContainer : startRegistryProgram
  return { host, url, how, ...(await start({ state, engine, port, url })) }
}

/** What is on the machine comes first: to ask the network each time would make each start wait. */
async function choose(engine: Engine, say: (line: string) => void): Promise<Registry['how']> {
  if (await hasRegistryImage(engine)) return 'container'
  if (whereIs('docker-registry')) return 'program'
  say('Pulling registry:3')
  if (await canPullRegistryImage(engine)) return 'container'
  if (!canInstall()) {
    throw new Error(
      'The image registry:3 cannot be pulled and docker-registry is not installed: ' +
        "docker pull registry:3 by hand, or install your distribution's docker-registry",
    )
  }
  await installRegistry(say)
  return 'program'
}
