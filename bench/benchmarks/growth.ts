import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { CONFIG_FILE } from '../../local/registry-config.ts'
import { openRegistryPart } from '../../soak/parts.ts'
import { images, type Journey, openJourney, service } from '../../test/support/journey.ts'
import type { Benchmark, Figure } from '../benchmark.ts'
import { openByHand } from '../by-hand.ts'
import { type Usage, usageOf } from '../disk-usage.ts'
import { released } from '../released.ts'

const ROUNDS = 3
const BUILDS = 10
const BY_HAND = 'acme/by-hand'
const run = promisify(execFile)

/** What a build leaves in the registry's storage. */
const LEFT: [keyof Usage, Pick<Figure, 'what' | 'unit' | 'goal'>, divisor: number][] = [
  ['taken', { what: 'disk that a build takes', unit: 'kB', goal: { of: 'difference', atMost: 100 } }, 1000],
  ['bytes', { what: 'of that, bytes in files', unit: 'kB' }, 1000],
  ['files', { what: 'files that a build leaves', unit: 'files' }, 1],
]

export const benchmark: Benchmark = {
  title: 'What a build leaves in the registry',
  about: `${ROUNDS * BUILDS} merges of one small service, each with other sources, against as many images of the same kind that are built and
pushed by hand into the same registry. After every ${BUILDS} the registry is stopped and its garbage collected
(\`garbage-collect --delete-untagged\`); what its storage has grown by since stays for as long as the version does.
Disk is what \`du\` counts: folders, and files in whole blocks.`,
  needs: { git: 'git', docker: 'docker.io', 'docker-registry': 'docker-registry' },
  async run({ short }) {
    const world = await openJourney()
    // One that artefacto has never heard of.
    await world.github.create(BY_HAND, { files: { 'README.md': '# by hand\n' } })
    const byHand = await openByHand(world, BY_HAND)
    try {
      const collected = collector(world)
      const ours = (version: string) => released(world, sources(version), { web: version })
      const theirs = async (version: string) => {
        await world.github.merge(BY_HAND, { files: sources(`by hand ${version}`), deliver: false })
        return byHand.release(['web'], version)
      }
      // What only the first one leaves is no growth.
      for (const build of [ours, theirs]) await build('0.0.0')
      const left: Record<'ours' | 'theirs', Usage[]> = { ours: [], theirs: [] }
      for (let round = 0; round < (short ? 1 : ROUNDS); round += 1)
        for (const [build, usages] of [
          [ours, left.ours],
          [theirs, left.theirs],
        ] as const) {
          const before = await collected()
          for (let n = 0; n < BUILDS; n += 1) await build(`1.${round}.${n}`)
          usages.push(perBuild(before, await collected()))
        }
      return { figures: LEFT.map((one) => figureOf(one, left.ours, left.theirs)) }
    } finally {
      byHand.close()
      await world.close()
    }
  },
}

function sources(version: string) {
  return { ...images({ web: version }), ...service('web', version) }
}

/** What lies in the registry's storage once nothing is staged any more and the garbage is collected. */
function collector(world: Journey): () => Promise<Usage> {
  const { state, engine, stack } = world
  const registryPort = Number(new URL(stack.registry.url).port)
  const around = { state, engine, stack, registryPort, branch: 'develop', repositories: [], say: () => {} }
  const part = openRegistryPart(around)
  return async () => {
    await world.until(
      'the end of staging',
      async () => (await world.registry.tags('staging/web')).length === 0,
    )
    await stack.registry.stop()
    await run('docker-registry', ['garbage-collect', '--delete-untagged', CONFIG_FILE], { cwd: state.folder })
    const usage = usageOf(state.registry)
    await part.start()
    return usage
  }
}

function perBuild(before: Usage, after: Usage): Usage {
  const each = (key: keyof Usage) => (after[key] - before[key]) / BUILDS
  return { files: each('files'), bytes: each('bytes'), taken: each('taken') }
}

function figureOf([key, rest, divisor]: (typeof LEFT)[number], ours: Usage[], theirs: Usage[]): Figure {
  const values = (usages: Usage[]) => usages.map((usage) => usage[key] / divisor)
  return { against: 'docker build, docker push', ours: values(ours), theirs: values(theirs), ...rest }
}
