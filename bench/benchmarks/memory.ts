import { sign } from '../../functions/shared/signature.ts'
import type { RunningHost } from '../../test/local/host/running-host.ts'
import { images, type Journey, openJourney, REPOSITORY, service } from '../../test/support/journey.ts'
import type { Benchmark, Figure } from '../benchmark.ts'
import { type Name, openBundles } from '../bundles.ts'
import { asked, firstCalls } from '../first-calls.ts'
import { CLIENTS, type Life, livesOf } from '../lives.ts'

const NAMES: Name[] = ['webhook', 'badge', 'build']
const MERGES = 5

/** A moment of a life, and what it may be more than that of an empty function. */
const MOMENTS: [keyof Life, Pick<Figure, 'unit' | 'goal'> & { what: string }][] = [
  ['answered', { what: 'after its first answer', unit: 'MB', goal: { of: 'difference', atMost: 15 } }],
  ['worked', { what: `idle after ${MERGES} merges`, unit: 'MB', goal: { of: 'difference', atMost: 15 } }],
  ['peak', { what: `at its peak, with merges and ${CLIENTS} clients`, unit: 'MB' }],
  ['cpu', { what: 'CPU in a minute of idleness', unit: 'ms', goal: { of: 'difference', atMost: 20 } }],
  ['wakeUps', { what: 'woken up while idle', unit: 'a minute', goal: { of: 'difference', atMost: 0 } }],
]

export const benchmark: Benchmark = {
  title: 'Memory and idleness',
  about: `What the processes of the three bundles hold and do, each beside a function that only says "ok", which lives at the
same time in the same host and is asked the same. Memory is what the kernel counts (VmRSS, and VmHWM for the peak). The
timer that looks for lost merges does not call meanwhile: who is woken up here wakes up by itself.`,
  async run() {
    const world = await openJourney()
    const bundles = await openBundles(world)
    try {
      const calls = await firstCalls(world)
      // With the gateway its functions and the timer's calls are gone.
      await world.stack.gateway.close()
      const ours = NAMES.map((name) => ({ start: bundles.starts[name], call: calls[name] }))
      const theirs = ours.map(({ call }) => ({ start: bundles.empty, call: { ...call, status: 200 } }))
      const work = async (hosts: RunningHost[]) => {
        for (let merge = 1; merge <= MERGES; merge += 1)
          await built(world, hosts[NAMES.indexOf('build')] as RunningHost, `1.0.${merge}`)
      }
      const lives = await livesOf([...ours, ...theirs], work)
      return { figures: NAMES.flatMap((name, at) => figuresOf(name, lives[at], lives[at + NAMES.length])) }
    } finally {
      bundles.close()
      await world.close()
    }
  },
}

/** A merge that this process of build is told of, to its end. */
async function built(world: Journey, host: RunningHost, version: string): Promise<void> {
  const files = { ...images({ web: version }), ...service('web', version) }
  const { sha } = await world.github.merge(REPOSITORY, { files, deliver: false })
  const body = JSON.stringify({ repository_id: await world.id(), repository: REPOSITORY, sha })
  const headers = {
    'content-type': 'application/json',
    'x-hub-signature-256': sign(world.secret('payload-secret'), body),
  }
  await asked(host, { method: 'POST', path: '/', headers, body, status: 202 })
  const { state, reason } = await world.ended(sha)
  if (state !== 'built') throw new Error(`the merge ended ${state}: ${reason}`)
}

function figuresOf(name: Name, ours: Life | undefined, theirs: Life | undefined): Figure[] {
  return MOMENTS.map(([moment, { what, ...rest }]) => ({
    what: `${name}, ${what}`,
    against: 'an empty function',
    ours: [ours?.[moment] as number],
    theirs: [theirs?.[moment] as number],
    ...rest,
  }))
}
