import { writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { whereIs } from '../../local/debian.ts'
import { passingFolder } from '../local/host/passing-folder.ts'
import { freePort } from '../support/free-port.ts'
import { type Haproxy, startHaproxy } from '../support/haproxy.ts'

const CONFIG = join(import.meta.dirname, '../../faasd/front/haproxy.cfg')

let fettered = false

export type Front = Haproxy & { port: number; url: string }

/** The real front proxy before `gateway` (host:port) on a free port of 127.0.0.1, fettered as faasd does it. */
export async function runningFront(gateway: string, env: Record<string, string> = {}): Promise<Front> {
  fetter()
  const port = await freePort()
  const all = { LISTEN: `127.0.0.1:${port}`, GATEWAY: gateway, FOLDER: passingFolder(), ...env }
  const haproxy = await startHaproxy({ files: [CONFIG], env: all, ports: [port] })
  return { ...haproxy, port, url: `http${env.CERTIFICATE ? 's' : ''}://127.0.0.1:${port}` }
}

/**
 * A core service of faasd is uid 0 without any capability, and may open the 1024 files of containerd's default: a
 * script of the program's name, found first, starts it so. Only root can give up what only root has.
 */
function fetter(): void {
  const program = whereIs('haproxy')
  if (program === undefined || process.getuid?.() !== 0 || fettered) return
  fettered = true
  const folder = passingFolder()
  const bare = 'setpriv --bounding-set=-all --inh-caps=-all'
  const script = `#!/bin/sh\nPATH=/usr/bin:/bin\nexec ${bare} prlimit --nofile=1024:1024 ${program} "$@"\n`
  writeFileSync(join(folder, 'haproxy'), script, { mode: 0o755 })
  process.env.PATH = `${folder}${delimiter}${process.env.PATH}`
}
