import { openJourney } from '../../test/support/journey.ts'
import { type Benchmark, inTurns } from '../benchmark.ts'
import { type Name, openBundles, type Start } from '../bundles.ts'
import { asked, type FirstCall, firstCalls } from '../first-calls.ts'

/** ms that each function may need more than an empty one. */
const GOALS: [Name, what: string, number][] = [
  ['webhook', 'webhook: a signed delivery is handed on', 30],
  ['badge', 'badge: an image, looked up in the registry', 30],
  ['build', 'build: a signed question', 60],
]

export const benchmark: Benchmark = {
  title: 'A cold start',
  about: `From the start of the process until its first answer has come, for each of the three bundles as they are deployed,
against a function that only says "ok", in the same host and asked the same. badge has nothing in memory: it asks a
registry with TLS and a password, as it would for the first visitor.`,
  inCi: true,
  async run({ turns }) {
    const world = await openJourney()
    const bundles = await openBundles(world)
    try {
      const calls = await firstCalls(world)
      const figures = []
      for (const [name, what, atMost] of GOALS) {
        const series = await inTurns(turns, {
          ours: () => firstAnswer(bundles.starts[name], calls[name]),
          theirs: () => firstAnswer(bundles.empty, { ...calls[name], status: 200 }),
        })
        const goal = { of: 'difference', atMost } as const
        figures.push({ what, against: 'an empty function', unit: 'ms' as const, ...series, goal })
      }
      return { figures }
    } finally {
      bundles.close()
      await world.close()
    }
  },
}

async function firstAnswer(start: Start, call: FirstCall): Promise<number> {
  const began = performance.now()
  const host = await start()
  await asked(host, call)
  const ms = performance.now() - began
  await host.stop()
  return ms
}
