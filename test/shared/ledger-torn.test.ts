import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Ledger, openLedger } from '../../functions/shared/ledger.ts'
import { failureOf } from '../support/failure-of.ts'
import { PARTS, tear } from '../support/tear.ts'
import { hasRegistry, type RealRegistry, startRealRegistry } from './real-registry.ts'
import { buildOf, mergeOf } from './records.ts'

const torn = suite('ledger of a registry that was killed while it wrote')
const test = hasRegistry ? torn : torn.skip
let real: RealRegistry
let ledger: Ledger
let round = 500
let service = ''
torn.before(async () => {
  if (!hasRegistry) return
  real = await startRealRegistry()
  ledger = openLedger(real.registry)
})
torn.before.each(() => {
  round += 1
  service = `web-${round}`
})
torn.after(async () => {
  await real?.stop()
})
const merge = (seed: string, time: number) => mergeOf(seed, time, { repositoryId: round })
const build = (time: number, more: object = {}) => buildOf(service, time, more)
const tearMerge = (tag: string, part: (typeof PARTS)[number]) =>
  tear(real.state.registry, `merges/${round}`, tag, part)

for (const part of PARTS) {
  test(`takes a merge whose ${part} is torn for none, and writes it anew`, async () => {
    const record = merge('a', 5)
    await ledger.writeMerge(record)
    tearMerge(record.sha, part)
    assert.is(await ledger.merge(round, record.sha), undefined)
    await ledger.writeMerge(record)
    assert.equal(await ledger.merge(round, record.sha), record)
    assert.equal(await ledger.newest(round), record)
  })
  test(`finds the newest merge among all where its ${part} is torn`, async () => {
    for (const time of [5, 9, 7]) await ledger.writeMerge(merge(`t${time}`, time))
    // The tag alone: the manifest is that of the merge's own tag, too.
    tearMerge('newest', part)
    const lost = part === 'tag' ? 't9' : 't7'
    assert.is((await ledger.newest(round))?.sha, merge(lost, 0).sha)
    await ledger.writeMerge(merge('t8', 8))
    assert.is((await ledger.newest(round))?.sha, merge(part === 'tag' ? 't9' : 't8', 0).sha)
  })
  test(`forgets a merge whose ${part} is torn`, async () => {
    const record = merge('a', 5)
    await ledger.writeMerge(record)
    tearMerge(record.sha, part)
    await ledger.forgetMerge(record)
    assert.equal(await ledger.mergeShas(round), [])
  })
  test(`finds what is published where its ${part} is torn`, async () => {
    await ledger.writeBuild(build(1, { version: '1.0.0' }))
    await ledger.writeBuild(build(2, { version: '1.1.0', state: 'failed' }))
    tear(real.state.registry, `builds/${service}`, 'published', part)
    const left = part === 'tag' ? '1.0.0' : undefined
    assert.is((await ledger.published(service))?.version, left)
  })
}
test('has a start where that is torn: the oldest merge', async () => {
  for (const time of [5, 9]) await ledger.writeMerge(merge(`t${time}`, time))
  await ledger.changeStarts(round, () => ({ develop: 3 }))
  tearMerge('start', 'manifest')
  assert.equal(await ledger.starts(round), { develop: 5 })
})
test('knows by its builds whose a service is', async () => {
  const record = build(1)
  await ledger.writeOwner(service, { repositoryId: record.repositoryId, repository: record.repository })
  tear(real.state.registry, `builds/${service}`, 'owner', 'tag')
  assert.is(await ledger.owner(service), undefined, 'it was being claimed')
  await ledger.writeBuild(record)
  assert.equal(await ledger.owner(service), {
    repositoryId: record.repositoryId,
    repository: record.repository,
    torn: true,
  })
})
test('gives a name to nobody where nothing tells whose it is', async () => {
  const record = build(1)
  await ledger.writeOwner(service, { repositoryId: record.repositoryId, repository: record.repository })
  await ledger.writeBuild(record)
  tear(real.state.registry, `builds/${service}`, record.id, 'manifest')
  tear(real.state.registry, `builds/${service}`, 'owner', 'tag')
  assert.is((await failureOf(ledger.owner(service))).code, 'registry_torn')
})
torn.run()
