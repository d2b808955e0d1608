import { join } from 'node:path'
import { busyBehind } from '../../registry/busy.ts'
import { collect } from '../../registry/collect.ts'
import { type Collected, keepCollected } from '../../registry/collected.ts'
import { registryProgram } from '../../registry/program.ts'
import { duringStandstill } from '../../registry/standstill.ts'
import type { Box } from '../box.ts'
import { locked } from '../lock.ts'
import { outputOf } from '../watch/program.ts'

const NAME = 'artefacto-registry'

/** Collects the registry of a faasd box between two builds; `patience` is for tests. */
export async function collectBox(
  box: Box,
  say: (line: string) => void,
  patience?: Parameters<typeof collect>[1],
): Promise<Collected> {
  const folder = join(box.state, 'core/registry')
  const data = join(box.state, 'registry')
  // The box's own program, which the core service's image is made of.
  const program = registryProgram({
    program: 'docker-registry',
    config: join(folder, 'config.yml'),
    folder,
    data,
  })
  const collecting = {
    ...program,
    data,
    say,
    busy: () => busyBehind(box.gateway),
    // Held for seconds only: while it waits for builds, the watcher goes on catching up.
    still: <T>(work: () => Promise<T>) =>
      locked(box, async () => duringStandstill(await pidOfRegistry(), work)),
  }
  return keepCollected(box.state, await collect(collecting, patience))
}

/** The core service's process, as this machine counts them: `sh` has become the registry itself. */
async function pidOfRegistry(): Promise<number> {
  const tasks = await outputOf('ctr', ['--namespace', 'openfaas', 'tasks', 'ls'])
  const pid = new RegExp(`^${NAME}\\s+(\\d+)\\s+RUNNING`, 'm').exec(tasks)?.[1]
  if (pid === undefined) throw new Error(`${NAME} does not run: journalctl -u artefacto-watch`)
  return Number(pid)
}
