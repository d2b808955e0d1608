import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { whereIs } from '../local/debian.ts'
import { startDockerd } from '../local/dockerd.ts'
import type { Engine } from '../local/engine.ts'
import { functionSpecs } from '../local/functions.ts'
import { startGateway } from '../local/gateway/gateway.ts'
import type { LocalGitHub } from '../local/github/server.ts'
import { livingPid } from '../local/pid-file.ts'
import { startRegistry } from '../local/registry.ts'
import { removeRegistryContainers } from '../local/registry-container.ts'
import { registryPidFile } from '../local/registry-program.ts'
import type { Stack } from '../local/stack.ts'
import type { State } from '../local/state.ts'

export type Around = {
  state: State
  engine: Engine
  registryPort: number
  repositories: string[]
  more?: Record<string, Record<string, string>>
  branch: string
  stack: Stack
}

/** The gateway with its functions: `stop` ends all of it, `start` starts it anew on the same port. */
export function openGateway({
  state,
  engine,
  stack,
  github,
  log,
  branch,
  repositories,
  more,
}: Around & { github: LocalGitHub; log: (line: string) => void }) {
  const { port, url } = stack.gateway
  const { host: registryHost, url: registryUrl } = stack.registry
  const specs = functionSpecs({
    state,
    gatewayUrl: url,
    githubApiUrl: github.url,
    githubUrl: github.url,
    dockerHost: engine.host,
    registryHost,
    registryUrl,
    branch,
    repositories,
    ...(more && { more }),
  })
  let running = stack.gateway
  return {
    pid: (name: string) => running.pid(name),
    restart: (name: string) => running.restart(name),
    stop: () => running.close(),
    async start(): Promise<void> {
      const adminPassword = () => secretOf(state, 'basic-auth-password')
      running = await startGateway({ port, functions: () => specs, adminPassword, log })
    },
  }
}

/** The registry, killed and started again on the same data and port. */
export function openRegistryPart({
  state,
  engine,
  registryPort,
  stack,
  say,
}: Around & { say: (line: string) => void }) {
  const program = stack.registry.how === 'program'
  const pid = () => (program ? livingPid(registryPidFile(state)) : undefined)
  return {
    pid,
    async kill(): Promise<void> {
      const living = pid()
      if (living !== undefined) process.kill(living, 'SIGKILL')
      if (!program) await removeRegistryContainers(state, engine)
    },
    start: async (): Promise<void> => void (await startRegistry({ state, engine, port: registryPort, say })),
  }
}

/** The engine, where it was started for this state: only such a one may be killed. */
export function ownEngine(state: State) {
  const pidFile = join(state.folder, 'engine/dockerd.pid')
  const program = whereIs('dockerd')
  if (!existsSync(pidFile) || program === undefined) return undefined
  return {
    pid: () => livingPid(pidFile),
    kill(): void {
      const pid = livingPid(pidFile)
      if (pid !== undefined) process.kill(pid, 'SIGKILL')
    },
    start: async (): Promise<void> => void (await startDockerd({ state, program })),
  }
}

/** The text of a secret. */
export function secretOf(state: State, name: string): string {
  return readFileSync(join(state.secrets, name), 'utf8').trim()
}
