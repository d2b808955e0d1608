import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hostNodeImage } from '../../local/base-image.ts'
import { whereIs } from '../../local/debian.ts'
import { startDockerd } from '../../local/dockerd.ts'
import { openState } from '../../local/state.ts'

const program = whereIs('dockerd')

/** Whether a second engine may be started: where the machine has none of its own, for a service would mind. */
export function canHaveOwnEngine(): boolean {
  const ours = /artefacto-/.test(process.env.DOCKER_HOST ?? '')
  return process.getuid?.() === 0 && program !== undefined && ours
}

export type OwnEngine = Awaited<ReturnType<typeof openOwnEngine>>

/** A Docker Engine beside the one that the tests were given, to be killed and started again at the same address. */
export async function openOwnEngine() {
  // A short name: the address of a socket ends at 107 bytes.
  const state = openState(mkdtempSync(join(tmpdir(), 'af-')))
  let engine = await startDockerd({ state, program: program ?? '' })
  return {
    host: engine.host,
    /** The name of a base image with Node that it has. */
    base: () => hostNodeImage({ ...engine, started: true }),
    /** As the kernel does when memory is short: no container is ended, no client is told. */
    kill(): void {
      const [pid] = readFileSync(join(state.folder, 'engine/dockerd.pid'), 'utf8').split(/\s/)
      process.kill(Number(pid), 'SIGKILL')
    },
    /** As when its machine is shut down, or its pod deleted. */
    stop: () => engine.stop(),
    async start(): Promise<void> {
      engine = await startDockerd({ state, program: program ?? '' })
    },
    async close(): Promise<void> {
      await engine.stop()
      state.close()
      rmSync(state.folder, { recursive: true, force: true })
    },
  }
}
