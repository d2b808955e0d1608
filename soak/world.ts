import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { findOrStartEngine } from '../local/engine.ts'
import { functionLog } from '../local/function-log.ts'
import type { LocalGitHub } from '../local/github/server.ts'
import { ready } from '../local/ready.ts'
import { startStack } from '../local/stack.ts'
import { openState, type State } from '../local/state.ts'
import { freePort } from '../test/support/free-port.ts'
import { canMakeDisks, openAmiPart } from './ami-part.ts'
import { openGateway, openRegistryPart, ownEngine, secretOf } from './parts.ts'

export const FUNCTIONS = ['webhook', 'build', 'badge'] as const

/** All of artefacto as `npm start` runs it, each part of which can be killed and started again. */
export type World = Awaited<ReturnType<typeof openWorld>>

/** Starts it with a state folder of its own, on free ports; `repositories` is the allow-list, by their exact names. */
export async function openWorld(repositories: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-soak-'))
  const state = openState(folder)
  // With a token the catch-up asks GitHub at each call; without one, 20 times an hour.
  writeFileSync(join(state.secrets, 'github-token'), 'ghp_soak', { mode: 0o600 })
  const say = (line: string) => console.log(line)
  const log = functionLog(state)
  const engine = await findOrStartEngine({ state, say })
  const registryPort = await freePort()
  const disks = canMakeDisks(engine)
  const more = { build: disks ? { ami_host: `unix://${state.folder}/ami/share/ami.sock` } : {} }
  const around = { state, engine, registryPort, branch: 'develop', repositories, more }
  const stack = await startStack({ ...around, port: 0, realGitHub: false, say, log }).catch(async (error) => {
    await engine.stop()
    throw error
  })
  await ready(stack.gateway.url)
  const ami = disks ? openAmiPart({ state, engine }) : undefined
  await ami?.start()
  const github = stack.github as LocalGitHub
  const gateway = openGateway({ ...around, stack, github, log })
  const registry = openRegistryPart({ ...around, stack, say })
  return {
    state,
    engine,
    github,
    url: stack.gateway.url,
    registryUrl: stack.registry.url,
    log,
    gateway,
    registry,
    /** Absent where no disks can be made. */
    ami,
    /** The processes of functions that were killed here. */
    killed: new Set<number>(),
    dockerd: ownEngine(state),
    webhook: {
      url: `${stack.gateway.url}/function/webhook`,
      secret: () => secretOf(state, 'webhook-secret'),
    },
    async close(keepLogs: boolean): Promise<string | undefined> {
      await gateway.stop()
      await ami?.stop()
      await stack.stop()
      await engine.stop()
      state.close()
      const kept = keepLogs ? keep(state) : undefined
      rmSync(folder, { recursive: true, force: true })
      return kept
    },
  }
}

/** Copies the logs to a folder that stays. */
function keep(state: State): string {
  const folder = `${state.folder}-logs`
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const name of ['functions.log', 'registry.log', 'engine/dockerd.log'])
    if (existsSync(join(state.folder, name)))
      copyFileSync(join(state.folder, name), join(folder, basename(name)))
  return folder
}
