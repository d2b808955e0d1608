import { gzipSync } from 'node:zlib'
import { BUILDS_KEPT, MERGES_KEPT, MERGES_OVER } from '../../functions/build/prune.ts'
import { LOG_TYPE } from '../../functions/shared/build-record.ts'
import { collectLocal } from '../../local/collect-local.ts'
import { buildOf, mergeOf } from '../../test/shared/records.ts'
import { images, type Journey, openJourney, service } from '../../test/support/journey.ts'
import type { Benchmark, Figure } from '../benchmark.ts'
import { openByHand } from '../by-hand.ts'
import { type Usage, usageOf } from '../disk-usage.ts'
import { released } from '../released.ts'

const ROUNDS = 3
/** As many as there are merges whose records are dropped at once. */
const BUILDS = MERGES_OVER
const BY_HAND = 'acme/by-hand'

/** How long nobody may have written before the registry is collected, in ms, and how long that is waited for. */
const PATIENCE = { quietMs: 500, waitMs: 60_000 }

/** What a build leaves in the registry's storage. */
const LEFT: [keyof Usage, Pick<Figure, 'what' | 'unit' | 'goal'>, divisor: number][] = [
  ['taken', { what: 'disk that a build takes', unit: 'kB', goal: { of: 'difference', atMost: 100 } }, 1000],
  ['bytes', { what: 'of that, bytes in files', unit: 'kB' }, 1000],
  ['files', { what: 'files that a build leaves', unit: 'files' }, 1],
]

export const benchmark: Benchmark = {
  title: 'What a build leaves in the registry',
  about: `Merges of one small service, each with other sources, against as many images of the same kind that are built and pushed
by hand into the same registry. It has been in use for a while: ${BUILDS_KEPT} builds of the service and ${MERGES_KEPT} merges of the repository are
kept, so that a new record takes the place of an old one. After every ${BUILDS} the registry is collected, as the timer does it
at night (\`npm run collect\`): what its storage has grown by since stays for as long as the version does. Disk is what \`du\`
counts: folders, and files in whole blocks.`,
  needs: { git: 'git', docker: 'docker.io', 'docker-registry': 'docker-registry' },
  async run({ short }) {
    const world = await openJourney()
    // One that artefacto has never heard of.
    await world.github.create(BY_HAND, { files: { 'README.md': '# by hand\n' } })
    const byHand = await openByHand(world, BY_HAND)
    const ours = (version: string) => released(world, sources(version), { web: version })
    const theirs = async (version: string) => {
      await world.github.merge(BY_HAND, { files: sources(`by hand ${version}`), deliver: false })
      return byHand.release(['web'], version)
    }
    const grown = async (build: typeof ours, round: string) => {
      const before = await collected(world)
      for (let n = 0; n < BUILDS; n += 1) await build(`1.${round}.${n}`)
      return perBuild(before, await collected(world))
    }
    try {
      // What only the first one leaves is no growth.
      for (const build of [ours, theirs]) await build('0.0.0')
      const first = [await grown(ours, 'first'), await grown(theirs, 'first')] as const
      await fill(world)
      const left: Record<'ours' | 'theirs', Usage[]> = { ours: [], theirs: [] }
      for (let round = 0; round < (short ? 1 : ROUNDS); round += 1) {
        left.ours.push(await grown(ours, String(round)))
        left.theirs.push(await grown(theirs, String(round)))
      }
      return { figures: LEFT.map((one) => figureOf(one, left.ours, left.theirs)), notes: [ofFirst(...first)] }
    } finally {
      byHand.close()
      await world.close()
    }
  },
}

function sources(version: string) {
  return { ...images({ web: version }), ...service('web', version) }
}

/** Writes records of builds and merges of long ago, until as many are there as are kept. */
async function fill({ ledger, id }: Journey): Promise<void> {
  const repositoryId = await id()
  const merges = (await ledger.mergeShas(repositoryId)).length
  for (let time = 1; time <= MERGES_KEPT - merges; time += 1)
    await ledger.writeMerge(mergeOf(String(time), time, { repositoryId, state: 'built' }))
  const builds = (await ledger.buildIds('web')).length
  for (let time = 1; time <= BUILDS_KEPT - builds; time += 1) {
    const log = gzipSync(`the log of ${time}`)
    const layer = { mediaType: LOG_TYPE, digest: await ledger.putLog('web', log), size: log.length }
    await ledger.writeBuild(buildOf('web', time, { repositoryId, logs: [layer] }))
  }
}

/** What lies in the registry's storage once all is tidied up and the garbage is collected. */
async function collected({ ledger, registry, state, until, id }: Journey): Promise<Usage> {
  const repositoryId = await id()
  await until('the end of staging', async () => (await registry.tags('staging/web')).length === 0)
  await until(
    'old records to be dropped',
    async () => (await ledger.mergeShas(repositoryId)).length <= MERGES_KEPT,
  )
  await collectLocal(state.folder, () => {}, PATIENCE)
  return usageOf(state.registry)
}

function perBuild(before: Usage, after: Usage): Usage {
  const each = (key: keyof Usage) => (after[key] - before[key]) / BUILDS
  return { files: each('files'), bytes: each('bytes'), taken: each('taken') }
}

function figureOf([key, rest, divisor]: (typeof LEFT)[number], ours: Usage[], theirs: Usage[]): Figure {
  const values = (usages: Usage[]) => usages.map((usage) => usage[key] / divisor)
  return { against: 'docker build, docker push', ours: values(ours), theirs: values(theirs), ...rest }
}

function ofFirst(ours: Usage, theirs: Usage): string {
  const more = Math.round((ours.taken - theirs.taken) / 1000)
  return `Each of the first ${BUILDS} builds, whose records stay, takes ${more} kB more than one by hand.`
}
