import { connect } from 'node:tls'
import { AMI_SERVICE } from '../faasd/core-services.ts'
import { confinementOf } from '../faasd/watch/confinement.ts'
import { lookAtDoors } from '../faasd/watch/door.ts'
import { openPorts } from '../faasd/watch/firewall.ts'
import { readMemory } from '../faasd/watch/memory.ts'
import type { Places } from '../faasd/watch/places.ts'
import { program } from '../faasd/watch/program.ts'
import { since } from '../faasd/watch/since.ts'
import { judgeEnd } from '../functions/build/doctor/certificate.ts'
import { type Check, failed, ok, skipped, warning } from '../functions/shared/check.ts'

const SILENT_MS = 3 * 60_000
const LIMIT_MS = 5_000

/** What only the faasd box itself can see: its watcher, the front proxy, and what is open. */
export async function lookAtBox(places: Places): Promise<Check[]> {
  const looks = [
    lookAtWatcher(places, Date.now()),
    lookAtFront(places),
    lookAtCertificate(places),
    lookAtPorts(),
    lookAtConfinement(places),
  ]
  return (await Promise.all(looks)).flat()
}

/** The timer that catches up and restarts what is dead; it writes down when it looked. */
async function lookAtWatcher({ box }: Places, now: number): Promise<Check[]> {
  const name = 'watcher'
  const asked = await program('systemctl', ['is-active', 'artefacto-watch.timer']).catch(() => undefined)
  const { lastRun, lastWell } = readMemory(box.state)
  if (asked !== undefined && asked.code !== 0)
    return [failed(name, 'timer_silent', `artefacto-watch.timer is ${asked.stdout.trim() || 'not there'}`)]
  if (since(lastRun, now) > SILENT_MS) {
    const last = lastRun === null ? 'has never looked' : `looked last at ${time(lastRun)}`
    return [warning(name, 'timer_silent', `the watcher ${last}, not every minute`)]
  }
  const well =
    lastWell === lastRun ? 'and found all well' : 'and found something: journalctl -u artefacto-watch'
  return [ok(name, `it looked last at ${time(lastRun ?? now)}, ${well}`)]
}

/** The front proxy and the port for pulling; gateway and registry have lines of their own. */
async function lookAtFront(places: Places): Promise<Check[]> {
  const doors = (await lookAtDoors(places)).filter(([name]) => /front|pulling/.test(name))
  return doors.map(([door, look]) => {
    const name = door.replace(/^the /, '')
    return look.is === 'well' ? ok(name, 'answers') : failed(name, 'front_down', `${door} ${look.how}`)
  })
}

async function lookAtCertificate({ front }: Places): Promise<Check[]> {
  if (!front?.tls) return []
  const name = 'front certificate'
  const validTo = await endOfCertificate(front.port).catch(() => undefined)
  if (validTo === undefined) return [skipped(name, 'the front proxy shows none')]
  return [judgeEnd(name, 'front_certificate', validTo, Date.now())]
}

/** When the certificate ends that a port of this machine shows, in ms since 1970. */
function endOfCertificate(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, timeout: LIMIT_MS }, () => {
      resolve(Date.parse(socket.getPeerCertificate().valid_to))
      socket.destroy()
    })
    socket.once('timeout', () => socket.destroy(new Error('no answer')))
    socket.once('error', reject)
  })
}

/** faasd-provider's port, which asks nobody for a password. */
async function lookAtPorts(): Promise<Check[]> {
  const open = await openPorts()
  if (open.length === 0) return [ok('ports', 'port 8081 of faasd-provider is closed to others')]
  return open.map(({ firewall, how }) =>
    how === undefined
      ? failed('ports', 'port_open', `${firewall} leaves port 8081 of faasd-provider open to everybody`)
      : skipped('ports', `${firewall} cannot be asked: ${how}`),
  )
}

/** What faasd's compose file cannot say of the service ami: the watcher sees to it. */
async function lookAtConfinement({ ami }: Places): Promise<Check[]> {
  const name = 'ami held'
  const seen = ami ? await confinementOf(AMI_SERVICE) : undefined
  if (seen === undefined) return []
  if ('how' in seen) return [skipped(name, `it cannot be looked at: ${seen.how}`)]
  if (seen.loose.length === 0)
    return [ok(name, 'artefacto-ami has no network but its answers, and its limits')]
  return [failed(name, 'ami_loose', `artefacto-ami is not held: ${seen.loose.join(', ')}`)]
}

function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
