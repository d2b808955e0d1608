import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hostNodeImage } from '../../local/base-image.ts'
import { images, name, openJourney } from '../../test/support/journey.ts'
import { type Benchmark, inTurns } from '../benchmark.ts'
import { openByHand } from '../by-hand.ts'
import { makeHistory, makeTwin } from '../history.ts'
import { lineChanged, nodeService } from '../node-service.ts'
import { released } from '../released.ts'

export const benchmark: Benchmark = {
  title: 'One changed line',
  about: `The Node service of the benchmark \`merge\`, built before, with one line changed. The script keeps its checkout: it pulls,
builds with what is in the engine's cache, and pushes what is new, on the same engine and registry. artefacto asks GitHub with
a token, and so for what has changed.`,
  needs: { git: 'git', docker: 'docker.io' },
  async run({ turns }) {
    const world = await openJourney()
    writeFileSync(join(world.state.secrets, 'github-token'), 'ghp_bench')
    const [repository, twin] = [`acme/${name('changed')}`, `acme/${name('changed-by-hand')}`]
    await makeHistory(world, repository, 'web', nodeService('web', await hostNodeImage(world.engine)))
    await makeTwin(world, repository, twin)
    const byHand = await openByHand(world, twin)
    await byHand.keep()
    try {
      const series = await inTurns(turns, {
        ours: (turn) => {
          const version = `1.0.${turn}`
          const files = { ...images({ web: version }), ...lineChanged('web', `ours ${turn}`) }
          return released(world, files, { web: version }, repository)
        },
        theirs: async (turn) => {
          await world.github.merge(twin, { files: lineChanged('web', `theirs ${turn}`), deliver: false })
          return byHand.update('web', `0.9.${turn}`)
        },
      })
      return {
        figures: [
          {
            what: 'from a merge to the image',
            against: 'git pull, docker build, docker push',
            unit: 'ms',
            ...series,
            goal: { of: 'ratio', atMost: 1.1 },
          },
        ],
      }
    } finally {
      byHand.close()
      await world.close()
    }
  },
}
