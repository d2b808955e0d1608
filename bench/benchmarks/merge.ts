import { hostNodeImage } from '../../local/base-image.ts'
import { images, type Journey, name, openJourney, REPOSITORY } from '../../test/support/journey.ts'
import { type Benchmark, type Extent, type Figure, inTurns } from '../benchmark.ts'
import { openByHand } from '../by-hand.ts'
import { makeHistory, makeTwin } from '../history.ts'
import { lineChanged, nodeService } from '../node-service.ts'
import { released } from '../released.ts'
import { smallService } from '../small-service.ts'

export const benchmark: Benchmark = {
  title: 'From a merge to the image',
  about: `From the signed call for a merge until \`service:version\` can be pulled, against a shell script that clones develop,
builds and pushes on the same engine and registry. Each side has sources of its own, so that neither finds the other's
layers in the engine's cache. The small service is 50 files in an empty image. The real one is of Node: 300 modules, six
packages kept in the repository, a step that compiles and compresses, and 400 commits of history; one line of it
is changed, and both sides find the steps before in the engine's cache.`,
  needs: { git: 'git', docker: 'docker.io' },
  inCi: true,
  async run(extent) {
    const world = await openJourney()
    try {
      return { figures: [await small(world, extent), ...(extent.short ? [] : await real(world, extent))] }
    } finally {
      await world.close()
    }
  },
}

async function small(world: Journey, { turns }: Extent): Promise<Figure> {
  const twin = `acme/${name('small')}`
  await makeTwin(world, REPOSITORY, twin)
  const byHand = await openByHand(world, twin)
  const series = await inTurns(turns, {
    ours: (turn) => {
      const version = `1.0.${turn}`
      return released(
        world,
        { ...images({ web: version }), ...smallService('web', version) },
        { web: version },
      )
    },
    theirs: async (turn) => {
      await world.github.merge(twin, { files: smallService('web', `0.9.${turn}`), deliver: false })
      return byHand.release(['web'], `0.9.${turn}`)
    },
  })
  byHand.close()
  const against = 'git clone, docker build, docker push'
  return { what: 'one small service', against, unit: 'ms', ...series, goal: { of: 'ratio', atMost: 1.05 } }
}

/** The same runs of ours, against the clone that people write and the shortest that there is. */
async function real(world: Journey, { turns }: Extent): Promise<Figure[]> {
  const [repository, twin] = [`acme/${name('history')}`, `acme/${name('history-by-hand')}`]
  await makeHistory(world, repository, 'real', nodeService('real', await hostNodeImage(world.engine)))
  await makeTwin(world, repository, twin)
  const byHand = await openByHand(world, twin)
  const merged = (word: string) =>
    world.github.merge(twin, { files: lineChanged('real', word), deliver: false })
  const shallow: number[] = []
  const series = await inTurns(turns, {
    ours: (turn) => {
      const version = `1.0.${turn}`
      const files = { ...images({ real: version }), ...lineChanged('real', `ours ${turn}`) }
      return released(world, files, { real: version }, repository)
    },
    theirs: async (turn) => {
      await merged(`shallow ${turn}`)
      shallow.push(await byHand.release(['real'], `0.8.${turn}`, { clone: '--depth 1' }))
      await merged(`whole ${turn}`)
      return byHand.release(['real'], `0.9.${turn}`)
    },
  })
  byHand.close()
  const of = { what: 'one real Node service', unit: 'ms', ours: series.ours } as const
  return [
    {
      ...of,
      against: 'git clone, docker build, docker push',
      theirs: series.theirs,
      goal: { of: 'ratio', atMost: 1 },
    },
    { ...of, against: 'the same with git clone --depth 1', theirs: shallow.slice(1) },
  ]
}
