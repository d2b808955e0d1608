import { AMI_SERVICE } from '../core-services.ts'
import { type Confinement, confinementOf } from './confinement.ts'
import { type CoreLook, lookAtCore } from './core-services.ts'
import { type LowDisk, lowDisks } from './disk.ts'
import { lookAtDoors } from './door.ts'
import { type OpenPort, openPorts } from './firewall.ts'
import { lookAtFunctions } from './functions.ts'
import type { Look } from './look.ts'
import type { Places } from './places.ts'
import { type RoundTrip, roundTrip } from './round-trip.ts'
import { lookAtUnits, type UnitState } from './units.ts'

/** What one run saw. */
export type Seen = {
  faasd: UnitState
  provider: UnitState
  openPorts: OpenPort[]
  disks: LowDisk[]
  /** how the service ami is held; undefined where there is none, or it does not run */
  ami: Confinement | undefined
  /** undefined unless both services have been running for a minute */
  inside: Inside | undefined
}

export type Inside = {
  core: CoreLook
  doors: [name: string, look: Look][]
  queue: RoundTrip
  functions: Record<string, Look>
}

/** The queue works one at a time: what comes back after this was behind somebody's long job. */
const ROUND_TRIP_MS = 20_000

/** Looks at everything, in parallel. */
export async function observe(places: Places): Promise<Seen> {
  const [units, open, disks, ami] = await Promise.all([
    lookAtUnits(),
    openPorts(),
    lowDisks([places.box.state, '/var/lib/docker', '/var/lib/containerd']),
    places.ami ? confinementOf(AMI_SERVICE) : undefined,
  ])
  // A call to a published port whose service is not up yet makes faasd 0.19 close the port for ever.
  const up = units.faasd === 'running' && units.provider === 'running'
  return { ...units, openPorts: open, disks, ami, inside: up ? await lookInside(places) : undefined }
}

async function lookInside(places: Places): Promise<Inside> {
  const { box, payloadSecret } = places
  const [core, doors, queue, functions] = await Promise.all([
    lookAtCore(box.faasd),
    lookAtDoors(places),
    roundTrip({ ...box, payloadSecret, waitMs: ROUND_TRIP_MS }),
    lookAtFunctions(places),
  ])
  return { core, doors, queue, functions }
}
