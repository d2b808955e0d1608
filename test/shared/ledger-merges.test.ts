import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Ledger, openLedger } from '../../functions/shared/ledger.ts'
import { hasRegistry, type RealRegistry, startRealRegistry } from './real-registry.ts'
import { mergeOf } from './records.ts'

const merges = suite('ledger of merges')
const test = hasRegistry ? merges : merges.skip
let real: RealRegistry
let ledger: Ledger
let repositoryId = 100
merges.before(async () => {
  if (!hasRegistry) return
  real = await startRealRegistry()
  ledger = openLedger(real.registry)
})
merges.before.each(() => {
  repositoryId += 1
})
merges.after(async () => {
  await real?.stop()
})
const merge = (seed: string, time?: number, more = {}) => mergeOf(seed, time, { repositoryId, ...more })
const newestSha = async () => (await ledger.newest(repositoryId))?.sha

test('has nothing of a repository that was never merged', async () => {
  assert.is(await ledger.merge(repositoryId, merge('a').sha), undefined)
  assert.is(await ledger.newest(repositoryId), undefined)
  assert.equal(await ledger.mergeShas(repositoryId), [])
})
test('keeps a merge as it was written, and the newest one', async () => {
  const record = merge('a', 5, { pullRequest: 12, state: 'failed', code: 'images_missing', known: ['web'] })
  await ledger.writeMerge(record)
  assert.equal(await ledger.merge(repositoryId, record.sha), record)
  assert.equal(await ledger.newest(repositoryId), record)
})
test('takes the newest by the time of merge, never by arrival', async () => {
  for (const time of [5, 9, 7, 1]) await ledger.writeMerge(merge(`t${time}`, time))
  assert.is(await newestSha(), merge('t9').sha)
})
test('shows the newest as it was written last, as building while it publishes', async () => {
  const shown: unknown[] = []
  for (const state of ['building', 'publishing', 'built']) {
    await ledger.writeMerge(merge('a', 5, { state }))
    assert.is((await ledger.merge(repositoryId, merge('a').sha))?.state, state)
    shown.push((await ledger.newest(repositoryId))?.state)
  }
  assert.equal(shown, ['building', 'building', 'built'])
})
test('leaves the newest alone when an older merge goes on', async () => {
  await ledger.writeMerge(merge('old', 5))
  await ledger.writeMerge(merge('new', 9))
  await ledger.writeMerge(merge('old', 5, { state: 'built' }))
  assert.is(await newestSha(), merge('new').sha)
  assert.is((await ledger.merge(repositoryId, merge('old').sha))?.state, 'built')
})
test('takes the one written last of two of the same moment', async () => {
  await ledger.writeMerge(merge('a', 5))
  await ledger.writeMerge(merge('b', 5))
  assert.is(await newestSha(), merge('b').sha)
})
test('never takes a claim for the newest before GitHub has dated it', async () => {
  await ledger.writeMerge(merge('claim'))
  assert.is(await ledger.newest(repositoryId), undefined)
  await ledger.writeMerge(merge('a', 5))
  await ledger.writeMerge(merge('later claim'))
  assert.is(await newestSha(), merge('a').sha)
  await ledger.writeMerge(merge('later claim', 9))
  assert.is(await newestSha(), merge('later claim').sha)
})
test('lists the shas that have a record, and nothing else', async () => {
  for (const seed of ['a', 'b', 'c']) await ledger.writeMerge(merge(seed, 5))
  assert.equal(await ledger.mergeShas(repositoryId), [merge('a').sha, merge('b').sha, merge('c').sha].sort())
})
test('forgets a claim, and leaves the newest and every other', async () => {
  await ledger.writeMerge(merge('a', 5))
  await ledger.writeMerge(merge('push'))
  await ledger.forgetMerge(merge('push'))
  assert.is(await ledger.merge(repositoryId, merge('push').sha), undefined)
  assert.equal(await ledger.mergeShas(repositoryId), [merge('a').sha])
  assert.is(await newestSha(), merge('a').sha)
})
test('forgets what stands there, though the record has changed since', async () => {
  await ledger.writeMerge(merge('push'))
  await ledger.forgetMerge(merge('push', 5, { state: 'building', attempt: 1 }))
  assert.is(await ledger.merge(repositoryId, merge('push').sha), undefined)
})
test('forgets nothing where there is nothing', async () => {
  await ledger.forgetMerge(merge('never'))
  await ledger.writeMerge(merge('a', 5))
  await ledger.forgetMerge(merge('never'))
  assert.equal(await ledger.mergeShas(repositoryId), [merge('a').sha])
})
test('takes a forgotten claim up again', async () => {
  await ledger.writeMerge(merge('push'))
  await ledger.forgetMerge(merge('push'))
  await ledger.writeMerge(merge('push'))
  assert.equal(await ledger.merge(repositoryId, merge('push').sha), merge('push'))
})
test('keeps the order when many are written at once', async () => {
  const times = [3, 8, 1, 10, 6, 2, 9, 4, 7, 5]
  await Promise.all(times.map((time) => ledger.writeMerge(merge(`t${time}`, time))))
  assert.is(await newestSha(), merge('t10').sha)
  assert.is((await ledger.mergeShas(repositoryId)).length, 10)
})
test('goes on after a write that failed', async () => {
  let full = true
  const once: RealRegistry['registry'] = {
    ...real.registry,
    putManifest: (...put) => (full ? Promise.reject(new Error('full')) : real.registry.putManifest(...put)),
  }
  const filling = openLedger(once)
  const message = await filling.writeMerge(merge('a', 5)).catch((error: Error) => error.message)
  full = false
  await filling.writeMerge(merge('b', 6))
  assert.equal([message, await newestSha()], ['full', merge('b').sha])
})
test('shows whoever writes what stands there, and writes nothing where that is refused', async () => {
  const seen: (string | undefined)[] = []
  const look = (found?: { state: string }) => void seen.push(found?.state)
  await ledger.writeMerge(merge('a', 5), look)
  await ledger.writeMerge(merge('a', 5, { state: 'building' }), look)
  assert.equal(seen, [undefined, 'queued'])
  const refused = ledger.writeMerge(merge('a', 5, { state: 'built' }), () => {
    throw new Error('another process')
  })
  assert.is(await refused.catch((error: Error) => error.message), 'another process')
  assert.is((await ledger.merge(repositoryId, merge('a').sha))?.state, 'building')
  assert.is((await ledger.newest(repositoryId))?.state, 'building')
})
test('reads the merges that it is told to, without those that have no record', async () => {
  for (const time of [5, 9]) await ledger.writeMerge(merge(`t${time}`, time))
  const shas = [merge('t9').sha, merge('never').sha, merge('t5').sha]
  const times = (await ledger.readMerges(repositoryId, shas)).map(({ time }) => time)
  assert.equal(times, [9, 5])
})
test('knows the repositories that have a merge, by id', async () => {
  await ledger.writeMerge(merge('a', 5, { repositoryId: 900_000_001 }))
  await real.registry.putBlob('merges/not-an-id', Buffer.from('{}'))
  const ids = await ledger.repositoryIds()
  assert.ok(ids.includes(900_000_001))
  assert.ok(ids.every(Number.isSafeInteger))
})
merges.run()
