import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Branches } from '../../functions/shared/branches.ts'
import { openLedger } from '../../functions/shared/ledger.ts'
import { openRegistry } from '../../functions/shared/registry.ts'
import { quickRegistry } from '../fuzz/quick-registry.ts'
import { buildOf, mergeOf } from './records.ts'

/** One registry, and the ledger as it is for whatever branches are set. */
function stage() {
  const registry = openRegistry(quickRegistry().perform)
  return {
    registry,
    with: (...branches: Branches) => openLedger(registry, branches),
  }
}
const merge = (seed: string, time: number, branch: string) => mergeOf(seed, time, { branch, state: 'built' })
const [D1, M2, D3] = [merge('d1', 1, 'develop'), merge('m2', 2, 'main'), merge('d3', 3, 'develop')]

const newest = suite('the newest merge of a branch')
newest('is its own, whatever another one has', async () => {
  const ledger = stage().with('develop', 'main')
  for (const record of [D1, M2, D3]) await ledger.writeMerge(record)
  assert.is((await ledger.newest(7))?.sha, D3.sha)
  assert.is((await ledger.newest(7, 'develop'))?.sha, D3.sha)
  assert.is((await ledger.newest(7, 'main'))?.sha, M2.sha)
})
newest('is the same for all that it has come to', async () => {
  const ledger = stage().with('develop', 'main')
  for (const record of [D1, M2, { ...D3, branch: 'develop main' }]) await ledger.writeMerge(record)
  assert.equal([(await ledger.newest(7))?.sha, (await ledger.newest(7, 'main'))?.sha], [D3.sha, D3.sha])
})
newest('stays where what comes to it is older', async () => {
  const ledger = stage().with('develop', 'main')
  for (const record of [D1, M2, { ...D1, branch: 'develop main' }]) await ledger.writeMerge(record)
  assert.is((await ledger.newest(7, 'main'))?.sha, M2.sha)
})
newest('is unknown of a branch that was not set then, not that of another one', async () => {
  const { with: ledgerOf } = stage()
  await ledgerOf('develop').writeMerge(D1)
  const after = ledgerOf('main', 'develop')
  assert.equal([await after.newest(7), await after.newest(7, 'develop')], [undefined, undefined])
  assert.is(await after.lastName(7), 'acme/shop')
  // build's first look at the ledger writes the newest of each once more (functions/build/lead.ts).
  await after.writeMerge(D1)
  await after.writeMerge({ ...M2, time: 0 })
  assert.equal([(await after.newest(7))?.sha, (await after.newest(7, 'develop'))?.sha], [M2.sha, D1.sha])
})
newest('of a repository that has others than the first tells its name', async () => {
  const ledger = stage().with('develop', 'main')
  await ledger.writeMerge(M2)
  assert.equal([await ledger.lastName(7), await ledger.lastName(8)], ['acme/shop', undefined])
})
newest.run()

const starts = suite('when branches were first seen')
starts('is told by name, and kept for those that are set', async () => {
  const { with: ledgerOf } = stage()
  const both = ledgerOf('develop', 'main')
  assert.equal(await both.starts(7), {})
  await both.changeStarts(7, (known) => ({ ...known, develop: 5 }))
  await both.changeStarts(7, (known) => ({ ...known, main: 6 }))
  assert.equal(await both.starts(7), { develop: 5, main: 6 })
  assert.equal(await ledgerOf('main', 'develop').starts(7), { develop: 5, main: 6 })
  await ledgerOf('develop').changeStarts(7, (known) => known)
  assert.equal(await both.starts(7), { develop: 5 })
})
starts('that names no branch is of the one that was merged into last', async () => {
  const { registry, with: ledgerOf } = stage()
  const written = JSON.stringify({ annotations: { 'artefacto.time': '5' } })
  await registry.putManifest('merges/7', 'start', 'x', Buffer.from(written))
  assert.equal(await ledgerOf('main', 'develop').starts(7), { main: 5 })
  await ledgerOf('develop').writeMerge(D1)
  assert.equal(await ledgerOf('main', 'develop').starts(7), { develop: 5 })
})
starts('are changed one after the other', async () => {
  const ledger = stage().with('a', 'b', 'c')
  await Promise.all(
    ['a', 'b', 'c'].map((name) => ledger.changeStarts(7, (known) => ({ ...known, [name]: 1 }))),
  )
  assert.equal(await ledger.starts(7), { a: 1, b: 1, c: 1 })
})
starts.run()

const published = suite('what is published of a branch')
published('is the newest of its own builds that stands', async () => {
  const ledger = stage().with('develop', 'main')
  await ledger.writeBuild(buildOf('web', 1, { branch: 'main' }))
  await ledger.writeBuild(buildOf('web', 2))
  await ledger.writeBuild(buildOf('web', 3, { branch: 'main', state: 'failed' }))
  assert.equal(
    [(await ledger.published('web'))?.version, (await ledger.published('web', 'main'))?.version],
    ['1.2', '1.1'],
  )
})
published('moves with a build whose merge has come to it', async () => {
  const ledger = stage().with('develop', 'main')
  await ledger.writeBuild(buildOf('web', 2))
  assert.is(await ledger.published('web', 'main'), undefined)
  const { id } = buildOf('web', 2)
  await ledger.changeBuild('web', id, (found) => ({ ...found, branch: 'develop main' }))
  assert.is((await ledger.published('web', 'main'))?.version, '1.2')
  assert.is((await ledger.published('web'))?.branch, 'develop main')
})
published('is never that of another branch, whatever order was set before', async () => {
  const { with: ledgerOf } = stage()
  await ledgerOf('develop', 'main').writeBuild(buildOf('web', 1))
  assert.is(await ledgerOf('main', 'develop').published('web'), undefined)
  assert.is((await ledgerOf('main', 'develop').findPublished('web', 'develop'))?.version, '1.1')
})
published.run()
