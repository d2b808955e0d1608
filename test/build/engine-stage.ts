import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Build, type Engine, openEngine } from '../../functions/build/engine.ts'
import { engineClient } from '../../functions/build/engine-client.ts'
import { NO_GRANTS } from '../../functions/build/grants.ts'
import type { Offer } from '../../functions/build/offer.ts'
import { inMemory } from '../../functions/build/synced.ts'
import { secretsIn } from '../../functions/shared/secrets.ts'
import { hostNodeImage } from '../../local/base-image.ts'
import { findOrStartEngine, type Engine as LocalEngine } from '../../local/engine.ts'
import { openState, type State } from '../../local/state.ts'
import { processesOf } from '../support/processes-of.ts'

/** build's engine in front of a real one: DOCKER_HOST's, the machine's, or one started for the test. */
export type Stage = { engine: Engine; local: LocalEngine; state: State; base: string; end(): Promise<void> }

export const NEVER = new AbortController().signal

export async function openStage(): Promise<Stage> {
  const state = openState(mkdtempSync(join(tmpdir(), 'engine-test-')))
  const local = await findOrStartEngine({ state, say: () => {} })
  return {
    engine: engineAt(local.host, state.secrets),
    local,
    state,
    base: await hostNodeImage(local),
    end: async () => {
      await local.stop()
      state.close()
      rmSync(state.folder, { recursive: true })
    },
  }
}

export function engineAt(host: string, secretFolder = '/nowhere'): Engine {
  return openEngine(() => engineClient(host, secretsIn(secretFolder)))
}

/** These files, none of which an engine has. */
export function offering(files: Record<string, string>, dockerfile = 'Dockerfile'): Offer {
  const context = Object.entries(files).map(([path, text]) => inMemory(path, Buffer.from(text), 0))
  const own = inMemory(dockerfile, Buffer.from(files[dockerfile] ?? ''), 0)
  return { key: randomUUID(), dockerfile: own, context }
}

/** A build of these files. */
export function building(files: Record<string, string>, change: Partial<Build> = {}): Build {
  return {
    offer: offering(files, change.dockerfile),
    dockerfile: 'Dockerfile',
    image: `127.0.0.1:1/staging/test:${process.pid}`,
    args: {},
    target: undefined,
    labels: {},
    grants: NO_GRANTS,
    ...change,
  }
}

/** A RUN without a shell, which the base image does not have. */
export function run(script: string): string {
  return `RUN ${JSON.stringify(['node', '-e', script])}\n`
}

/** Whether a process of this machine has the mark in its command line. */
export function runs(mark: string): boolean {
  return processesOf(mark).length > 0
}

/** A way to the engine that can be cut, as when the engine is killed. */
export async function cuttable(
  host: string,
  folder: string,
): Promise<{ host: string; cut(): void; close(): void }> {
  const sockets = new Set<Socket>()
  const { protocol, hostname, port, pathname } = new URL(host)
  const server = createServer((near) => {
    const far = protocol === 'unix:' ? connect(pathname) : connect(Number(port), hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('error', () => to.destroy()).on('close', () => to.destroy())
      from.pipe(to)
    }
  })
  const path = join(folder, 'cut.sock')
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return { host: `unix://${path}`, cut, close: () => server.close() }
}
