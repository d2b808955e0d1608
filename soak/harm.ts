import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../local/github/server.ts'
import { openRandom } from './random.ts'
import { FUNCTIONS, type World } from './world.ts'

export const PARTS = [...FUNCTIONS, 'gateway', 'registry', 'engine', 'ami', 'github'] as const
export type Part = (typeof PARTS)[number]

/** What is done to one part: `wait` ms after the harm before it, for `lasts` ms where it does not come back by itself. */
export type Harm = { part: Part; wait: number; lasts: number; fault: Fault }

const WEIGHTS: Record<Part, number> = {
  webhook: 10,
  build: 40,
  badge: 10,
  gateway: 10,
  registry: 10,
  engine: 6,
  ami: 6,
  github: 14,
}

const FAULTS: Fault[] = [
  { match: '/', status: 500 },
  { match: '/', status: 503 },
  { match: '/', status: 403, headers: { 'retry-after': '1' } },
  { match: '/', drop: true },
  { match: '/', stallAfter: 10 },
  { match: '/', truncateAt: 40 },
  { match: 'legacy.tar.gz', truncateAt: 100 },
  { match: 'legacy.tar.gz', stallAfter: 100 },
  { match: /\/(?:pulls|commits)\?/, status: 502 },
]

/** The endless list of harms, by the seed alone: each part once, then by weight. */
export function* harmsOf(seed: string): Generator<Harm, never> {
  const random = openRandom(`${seed} harms`)
  // What these break off rests for a minute, and for two the second time: early enough for a short soak's end.
  const first: Part[] = ['ami', 'engine', 'registry']
  const round = [...first, ...random.shuffled(PARTS.filter((part) => !first.includes(part)))]
  for (;;) {
    const wait = round.length > 0 ? random.between(1_500, 5_000) : random.between(2_000, 14_000)
    const part = round.shift() ?? random.weighted(WEIGHTS)
    const lasts = random.between(200, 4_000)
    yield { part, wait, lasts, fault: random.pick(FAULTS) }
  }
}

/** Does it, with SIGKILL, and resolves when the part is there again; false where it may not be touched. */
export async function inflict(world: World, { part, lasts, fault }: Harm): Promise<boolean> {
  const { gateway, registry, dockerd, ami, github } = world
  switch (part) {
    case 'gateway':
      for (const name of FUNCTIONS) kill(world, name)
      await gateway.stop()
      await sleep(lasts)
      await gateway.start()
      return true
    case 'registry':
      await registry.kill()
      await sleep(lasts)
      await registry.start()
      return true
    case 'engine':
      if (dockerd === undefined) return false
      dockerd.kill()
      await sleep(lasts)
      await dockerd.start()
      // Its container has ended with the engine.
      await ami?.start()
      return true
    case 'ami':
      if (ami === undefined) return false
      await ami.kill()
      await sleep(lasts)
      await ami.start()
      return true
    case 'github':
      github.faults.add(fault)
      await sleep(lasts)
      github.faults.clear()
      return true
    default:
      return kill(world, part)
  }
}

function kill({ gateway, killed }: World, name: string): boolean {
  const pid = gateway.pid(name)
  if (pid === undefined) return false
  killed.add(pid)
  return process.kill(pid, 'SIGKILL')
}
