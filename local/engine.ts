import { canInstall, install, whereIs } from './debian.ts'
import { startDockerd } from './dockerd.ts'
import { runningEngine } from './running-engine.ts'
import type { State } from './state.ts'
import { hasSystemd, systemctl } from './systemd.ts'

/** A Docker Engine 20.10 or newer; `host` is its unix:// or tcp:// address; `own` is nobody's but ours; `stop` ends only what was started here. */
export type Engine = { host: string; version: string; started: boolean; own?: true; stop(): Promise<void> }

type Options = { state: State; say: (line: string) => void }

/**
 * The engine of DOCKER_HOST or of this machine. Where none runs, root on Debian or Ubuntu gets docker.io installed
 * and an engine started; anybody else an error that says what to do.
 */
export async function findOrStartEngine({ state, say }: Options): Promise<Engine> {
  const running = await runningEngine()
  if (running) return theMachines(running)
  const root = process.getuid?.() === 0
  if (!root || !(canInstall() || whereIs('dockerd'))) throw new Error(whatToDo())
  if (canInstall()) {
    say('No Docker Engine is running on this machine')
    await install(['dockerd', 'iptables'], say)
    // Where services start on installation, it runs by now, and stays: it is a service of the machine.
    const installed = await runningEngine()
    if (installed) return theMachines(installed)
  }
  const dockerd = whereIs('dockerd')
  if (dockerd === undefined) throw new Error(whatToDo())
  if (hasSystemd()) return startService(say)
  say('Starting dockerd, for as long as this runs')
  return { ...(await startDockerd({ state, program: dockerd })), started: true, own: true }
}

function theMachines(engine: { host: string; version: string }): Engine {
  return { ...engine, started: false, stop: async () => {} }
}

async function startService(say: (line: string) => void): Promise<Engine> {
  say('Starting the docker service')
  await systemctl('start', 'docker')
  const engine = await runningEngine()
  if (!engine) throw new Error('systemctl start docker did not give an engine. See journalctl -u docker')
  // The socket unit would start the service again at the first look at its socket.
  return { ...engine, started: true, stop: () => systemctl('stop', 'docker.socket', 'docker') }
}

function whatToDo(): string {
  if (process.platform !== 'linux')
    return 'No Docker Engine is running. Start Docker Desktop, or set DOCKER_HOST'
  const here = whereIs('dockerd')
    ? 'Start it (sudo systemctl start docker)'
    : 'Install it (https://docs.docker.com/engine/install/)'
  return `No Docker Engine is running. ${here}, set DOCKER_HOST, or, on Debian or Ubuntu, start this as root`
}
