import { existsSync, readdirSync } from 'node:fs'
import { cacheFolder } from '../ami/recipe/cache.ts'
import { rootFile } from '../ami/recipe/root.ts'
import { startAmi } from '../local/ami.ts'
import { dockerAt } from '../local/docker.ts'
import type { Engine } from '../local/engine.ts'
import type { State } from '../local/state.ts'

export type AmiPart = ReturnType<typeof openAmiPart>

/** Whether disks can be made here without a download. */
export function canMakeDisks(engine: Engine): boolean {
  return existsSync(rootFile(cacheFolder())) && engine.host.startsWith('unix://')
}

/** The service that makes disks: killed with all that it is doing, and started again at the same socket. */
export function openAmiPart({ state, engine }: { state: State; engine: Engine }) {
  const docker = dockerAt(engine.host)
  const containers = () =>
    docker.listContainers({
      all: true,
      filters: { label: ['artefacto=ami', `artefacto.state=${state.folder}`] },
    })
  const inspected = async () => {
    const [found] = await containers()
    return found && docker.getContainer(found.Id).inspect()
  }
  return {
    start: async (): Promise<void> => void (await startAmi({ state, engine, say: () => {} })),
    async kill(): Promise<void> {
      for (const { Id } of await containers()) await docker.getContainer(Id).kill()
    },
    async stop(): Promise<void> {
      for (const { Id } of await containers()) await docker.getContainer(Id).remove({ force: true, v: true })
    },
    pid: async (): Promise<number | undefined> => (await inspected())?.State.Pid,
    /** What no disk needs any more: containers but the one that runs, and what lies in its work folder. */
    async left(): Promise<string[]> {
      const more = (await containers()).slice(1).map(({ Id }) => `container of the service ami ${Id}`)
      const work = (await inspected())?.Mounts.find(({ Destination }) => Destination === '/work')?.Source
      return [...more, ...(work === undefined ? [] : filesIn(work))]
    },
  }
}

/** Only root sees what lies in a volume. */
function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => `work of the service ami ${name}`)
  } catch {
    return []
  }
}
