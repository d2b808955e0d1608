import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { busyBehind } from '../registry/busy.ts'
import { type Collecting, collect, type Patience } from '../registry/collect.ts'
import { type Collected, keepCollected } from '../registry/collected.ts'
import { readIfThere } from '../registry/private-file.ts'
import { registryProgram, sizeOf } from '../registry/program.ts'
import { duringStandstill } from '../registry/standstill.ts'
import { whereIs } from './debian.ts'
import { gatewayFile } from './gateway-file.ts'
import { livingPid } from './pid-file.ts'
import { CONFIG_FILE } from './registry-config.ts'
import { collectInContainer, registryContainerPid } from './registry-container.ts'
import { registryPidFile } from './registry-program.ts'
import { runningEngine } from './running-engine.ts'
import { openState } from './state.ts'

/** Where nothing runs there is nothing to wait for. */
const AT_ONCE: Patience = { waitMs: 0, quietMs: 0 }

/** The registry as it runs, if it does, and what collects it. */
type Found = Pick<Collecting, 'version' | 'garbageCollect' | 'size'> & { pid: number | undefined }

/** Collects the registry of a state folder of `npm start`, whether that runs or not; `patience` is for tests. */
export async function collectLocal(
  folder: string,
  say: (line: string) => void,
  patience?: Patience,
): Promise<Collected> {
  const data = join(folder, 'registry')
  if (!existsSync(data)) throw new Error(`There is no registry in ${folder}: name a folder with --state`)
  const running = livingPid(join(folder, 'lock')) !== undefined
  const { pid, ...found } = await findRegistry(folder, data, running)
  const ways = running ? besideStart(folder, pid) : alone(folder)
  const collecting = { ...found, ...ways, data, say }
  return keepCollected(folder, await collect(collecting, patience ?? (running ? undefined : AT_ONCE)))
}

/** Debian's program where that runs, or is there; else the container. */
async function findRegistry(folder: string, data: string, running: boolean): Promise<Found> {
  const pid = livingPid(registryPidFile({ folder }))
  const program = whereIs('docker-registry')
  if (program !== undefined && (pid !== undefined || !running))
    return { pid, ...registryProgram({ program, config: CONFIG_FILE, folder, data }) }
  const host = (await runningEngine())?.host
  const contained = host && (await registryContainerPid(host, { folder }))
  if (host === undefined || (running && contained === undefined))
    throw new Error(
      `The registry of ${folder} is not found: set DOCKER_HOST to the engine that has its container`,
    )
  return {
    pid: contained || undefined,
    version: async () => '3.0',
    garbageCollect: (options) => collectInContainer(host, { folder, registry: data }, options),
    size: () => sizeOf(data),
  }
}

/** Between two builds of the `npm start` that runs. */
function besideStart(folder: string, pid = 0): Pick<Collecting, 'busy' | 'still'> {
  return {
    busy: async () => busyBehind(readIfThere(gatewayFile(folder)) ?? ''),
    still: (work) => duringStandstill(pid, work),
  }
}

/** Nothing runs, and nothing of it is started meanwhile: the folder is ours. */
function alone(folder: string): Pick<Collecting, 'busy' | 'still'> {
  return {
    busy: async () => undefined,
    async still(work) {
      const state = openState(folder)
      try {
        return await work()
      } finally {
        state.close()
      }
    },
  }
}
