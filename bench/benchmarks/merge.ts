import { images, openJourney, REPOSITORY } from '../../test/support/journey.ts'
import { type Benchmark, inTurns } from '../benchmark.ts'
import { openByHand } from '../by-hand.ts'
import { released } from '../released.ts'

export const benchmark: Benchmark = {
  title: 'From a merge to the image',
  about: `From the signed call for a merge until \`service:version\` can be pulled, against a shell script that clones develop,
builds and pushes on the same engine and registry. Each side has sources of its own, so that neither finds the other's
layers in the engine's cache.`,
  needs: { git: 'git', docker: 'docker.io' },
  inCi: true,
  async run({ turns }) {
    const world = await openJourney()
    const byHand = await openByHand(world)
    try {
      const small = await inTurns(turns, {
        ours: (turn) => released(world, sources(`1.0.${turn}`), { web: `1.0.${turn}` }),
        theirs: async (turn) => {
          const version = `0.9.${turn}`
          await world.github.merge(REPOSITORY, { files: sources(version), deliver: false })
          return byHand.release(['web'], version)
        },
      })
      return {
        figures: [
          {
            what: 'one small service',
            against: 'git clone, docker build, docker push',
            unit: 'ms',
            ...small,
            goal: { of: 'ratio', atMost: 1.05 },
          },
        ],
      }
    } finally {
      byHand.close()
      await world.close()
    }
  },
}

/** 50 small files beside a Dockerfile that takes them. */
function sources(version: string) {
  const code = Array.from({ length: 50 }, (_, index) => [
    `web/src/${index}.js`,
    `console.log(${index}, '${version}')\n`,
  ])
  return {
    ...images({ web: version }),
    'web/Dockerfile': 'FROM scratch\nCOPY . /app/\n',
    ...Object.fromEntries(code),
  }
}
