import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { BUILDS_KEPT, MERGES_KEPT, prune, pruneBuilds } from '../../functions/build/prune.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import type { Branches } from '../../functions/shared/branches.ts'
import type { BuildRecord } from '../../functions/shared/build-record.ts'
import { openLedger } from '../../functions/shared/ledger.ts'
import type { MergeState } from '../../functions/shared/merge-record.ts'
import { openRegistry } from '../../functions/shared/registry.ts'
import { quickRegistry } from '../fuzz/quick-registry.ts'
import { buildOf, mergeOf } from '../shared/records.ts'

/** What each of 220 merges, a minute apart, is at: 19 would be too few to look at all of them. */
const OVER = 20
const timeOf = (at: number) => (at + 1) * 60_000

async function stage(
  states: Record<number, MergeState> = {},
  times = timeOf,
  branches: Branches = ['develop'],
) {
  const ledger = openLedger(openRegistry(quickRegistry().perform), branches)
  await ledger.changeStarts(7, () => ({ develop: 1 }))
  for (let at = 0; at < MERGES_KEPT + OVER; at += 1)
    await ledger.writeMerge(mergeOf(`m${at}`, times(at), { state: states[at] ?? 'built' }))
  const shop = { ledger, config: { branches } } as unknown as Workshop
  return {
    ledger,
    pruned: () => prune(shop, mergeOf('last', 1, { services: [] })),
    has: async (at: number) => (await ledger.merge(7, mergeOf(`m${at}`).sha)) !== undefined,
  }
}

const merges = suite('records of merges')
merges('that are too many are dropped, the oldest first, and the newest 200 stay', async () => {
  const { ledger, pruned, has } = await stage()
  await pruned()
  assert.is((await ledger.mergeShas(7)).length, MERGES_KEPT)
  assert.equal([await has(OVER - 1), await has(OVER)], [false, true])
  assert.is((await ledger.newest(7))?.sha, mergeOf(`m${MERGES_KEPT + OVER - 1}`).sha)
})
merges('that are not finished stay, however old', async () => {
  const { pruned, has } = await stage({ 3: 'queued', 4: 'error' })
  await pruned()
  assert.equal([await has(2), await has(3), await has(4)], [false, true, true])
})
merges('that were dropped are from before the start, though GitHub shows them by whole seconds', async () => {
  // The last that is dropped and the first that stays are of one second of GitHub's.
  const second = timeOf(OVER)
  const { ledger, pruned, has } = await stage({}, (at) => (at === OVER - 1 ? second - 3 : timeOf(at)))
  await pruned()
  assert.equal([await has(OVER - 1), await has(OVER)], [false, true])
  assert.ok(((await ledger.starts(7)).develop ?? 0) > second)
})
merges('that are the newest of a branch stay, however many another one has had since', async () => {
  const { ledger, pruned, has } = await stage({}, timeOf, ['develop', 'main'])
  const main = mergeOf('m0', timeOf(0), { branch: 'develop main', state: 'built' })
  await ledger.writeMerge(main)
  await pruned()
  assert.equal([await has(0), await has(1)], [true, false])
  assert.is((await ledger.newest(7, 'main'))?.sha, main.sha)
  assert.equal(Object.keys(await ledger.starts(7)), ['develop'], 'main is seen for the first time yet')
})
merges.run()

const builds = suite('records of builds')
builds('that are too many are dropped, but never the one that is published', async () => {
  const { ledger, pruned } = await stage()
  const write = (time: number, more: Partial<BuildRecord> = {}) =>
    ledger.writeBuild(buildOf('web', time, more))
  await write(1)
  for (let time = 2; time <= BUILDS_KEPT + 6; time += 1) await write(time, { state: 'failed' })
  await pruned()
  const shop = { ledger, config: { branches: ['develop'] } } as unknown as Workshop
  const services = [{ name: 'web', version: '1.0.0', state: 'failed' as const, build: 'x' }]
  await prune(shop, mergeOf('last', 1, { services }))
  const ids = await ledger.buildIds('web')
  assert.is(ids.length, BUILDS_KEPT + 1)
  assert.is(ids.at(-1), buildOf('web', 1).id)
})
builds('of another branch do not drop the one that is published there', async () => {
  const ledger = openLedger(openRegistry(quickRegistry().perform), ['develop', 'main'])
  await ledger.writeBuild(buildOf('web', 1, { branch: 'main' }))
  for (let time = 2; time <= BUILDS_KEPT + 6; time += 1) await ledger.writeBuild(buildOf('web', time))
  const shop = { ledger, config: { branches: ['develop', 'main'] } } as unknown as Workshop
  await pruneBuilds(shop, 'web')
  assert.is((await ledger.buildIds('web')).length, BUILDS_KEPT + 1)
  assert.is((await ledger.published('web', 'main'))?.id, buildOf('web', 1).id)
})
builds.run()
