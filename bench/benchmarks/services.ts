import { hostNodeImage } from '../../local/base-image.ts'
import type { Files } from '../../local/github/server.ts'
import { images, type Journey, name, openJourney } from '../../test/support/journey.ts'
import { type Benchmark, type Figure, inTurns } from '../benchmark.ts'
import { busyService } from '../busy-service.ts'
import { openByHand } from '../by-hand.ts'
import { makeTwin } from '../history.ts'
import { released } from '../released.ts'
import { smallService } from '../small-service.ts'

const EIGHT = ['basket', 'billing', 'catalogue', 'mail', 'orders', 'search', 'users', 'web']
const ONE = EIGHT.slice(0, 1)

/** Turns of what takes long. */
const FEW = 5

export const benchmark: Benchmark = {
  title: 'Eight services in one repository',
  about: `A small service is 50 files in an empty image. A busy one has a base image that the engine has, and a step that works
for half a second on one core and waits about as long, as for a network. The script clones develop, then builds and pushes
all eight, one after another, on the same engine and registry; where one was changed, it finds the other seven in the
engine's cache. Ours runs with its default, two builds at once.`,
  needs: { git: 'git', docker: 'docker.io' },
  async run({ turns }) {
    const world = await openJourney()
    const few = Math.min(turns, FEW)
    try {
      const base = await hostNodeImage(world.engine)
      const small = await openEight(world, 'small', smallService)
      const busy = await openEight(world, 'busy', (service, word) => busyService(service, base, word))
      await small(EIGHT, 0)
      const figures: Figure[] = [
        {
          what: 'one of eight small ones changed',
          ...(await small(ONE, turns)),
          goal: { of: 'ratio', atMost: 0.25 },
        },
        {
          what: 'all eight busy ones changed',
          ...(await busy(EIGHT, few)),
          goal: { of: 'ratio', atMost: 0.6 },
        },
        { what: 'one of eight busy ones changed', ...(await busy(ONE, few)) },
      ]
      return { figures }
    } finally {
      await world.close()
    }
  },
}

/** Measures releases of eight services of a sort, some of them changed. The versions of the others stay as they are. */
async function openEight(world: Journey, sort: string, service: (name: string, word: string) => Files) {
  const [repository, twin] = [`acme/${name(sort)}`, `acme/${name(`${sort}-by-hand`)}`]
  await world.github.create(repository, { files: { 'README.md': `# ${sort}\n` } })
  await makeTwin(world, repository, twin)
  const byHand = await openByHand(world, twin)
  const named = (one: string) => `${sort}-${one}`
  const versions: Record<string, string> = {}
  let releases = 0
  // By words of their own: an engine builds once what two services have in common.
  const sources = (changed: string[], word: string): Files =>
    Object.assign({}, ...changed.map((one) => service(named(one), `${one} ${word}`)))

  return async (changed: string[], turns: number) => {
    const series = await inTurns(turns, {
      ours: () => {
        releases += 1
        const raised = Object.fromEntries(changed.map((one) => [named(one), `1.0.${releases}`]))
        Object.assign(versions, raised)
        const files = { ...images(versions), ...sources(changed, `ours ${releases}`) }
        return released(world, files, raised, repository)
      },
      theirs: async () => {
        await world.github.merge(twin, { files: sources(changed, `theirs ${releases}`), deliver: false })
        return byHand.release(EIGHT.map(named), `1.0.${releases}`)
      },
    })
    return { against: 'all eight by hand, one after another', unit: 'ms' as const, ...series }
  }
}
