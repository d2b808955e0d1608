import { join } from 'node:path'
import { startDaemon } from './daemon.ts'
import { install, whereIs } from './debian.ts'
import { CONFIG_FILE } from './registry-config.ts'
import { whatRegistryLacks } from './registry-ready.ts'
import type { State } from './state.ts'
import { hasSystemd, systemctl } from './systemd.ts'

export const REGISTRY_STOP_MS = 10_000

/** Go's collector at its default takes a third of what a call costs 2.8; this takes 12 MB more memory. */
const GOGC = '400'

/** Where the process is recorded, for the next start if this one is killed. */
export function registryPidFile({ folder }: Pick<State, 'folder'>): string {
  return join(folder, 'registry.pid')
}

/** Installs Debian's docker-registry; its own service, without TLS or password, does not stay. */
export async function installRegistry(say: (line: string) => void): Promise<void> {
  const installed = await install(['docker-registry'], say)
  if (installed.length > 0 && hasSystemd()) await systemctl('disable', '--now', 'docker-registry')
}

/** Runs the program docker-registry on 127.0.0.1:`port` with registry/config.yml and the state's files. */
export async function startRegistryProgram(options: {
  state: State
  port: number
  url: string
}): Promise<{ stop(): Promise<void> }> {
  const { state, port, url } = options
  return startDaemon({
    name: 'The registry',
    program: whereIs('docker-registry') ?? 'docker-registry',
    args: ['serve', CONFIG_FILE],
    // Nothing else of our environment: a REGISTRY_* of somebody's shell would change the configuration.
    env: { PATH: process.env.PATH, REGISTRY_HTTP_ADDR: `127.0.0.1:${port}`, GOGC },
    folder: state.folder,
    log: join(state.folder, 'registry.log'),
    pidFile: registryPidFile(state),
    missing: () => whatRegistryLacks(state, url),
    startMs: 20_000,
    stopMs: REGISTRY_STOP_MS,
  })
}
