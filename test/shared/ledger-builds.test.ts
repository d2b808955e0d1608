import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { LOG_TYPE, type ServiceState } from '../../functions/shared/build-record.ts'
import { type Ledger, openLedger } from '../../functions/shared/ledger.ts'
import { hasRegistry, type RealRegistry, startRealRegistry } from './real-registry.ts'
import { buildOf } from './records.ts'

const builds = suite('ledger of builds')
const test = hasRegistry ? builds : builds.skip
let real: RealRegistry
let ledger: Ledger
let service = ''
let count = 0
builds.before(async () => {
  if (!hasRegistry) return
  real = await startRealRegistry()
  ledger = openLedger(real.registry)
})
builds.before.each(() => {
  count += 1
  service = `web-${count}`
})
builds.after(async () => {
  await real?.stop()
})
const build = (time: number, more = {}) => buildOf(service, time, more)
const publishedTime = async () => (await ledger.published(service))?.time

test('has nothing of a service that was never built', async () => {
  assert.is(await ledger.build(service, build(5).id), undefined)
  assert.is(await ledger.published(service), undefined)
  assert.is(await ledger.owner(service), undefined)
  assert.equal(await ledger.buildIds(service), [])
})
test('keeps a build as it was written', async () => {
  const record = build(5, { digest: 'sha256:x', size: 0, manual: true, reason: 'ü\n"' })
  await ledger.writeBuild(record)
  assert.equal(await ledger.build(service, record.id), record)
  assert.equal(await ledger.published(service), record)
})
test('takes the newest that stands for the published one, never the last to arrive', async () => {
  for (const time of [5, 9, 7]) await ledger.writeBuild(build(time))
  assert.is(await publishedTime(), 9)
})
test('takes an unchanged one for published, too', async () => {
  await ledger.writeBuild(build(5))
  await ledger.writeBuild(build(6, { state: 'unchanged', builtFrom: 'x' }))
  assert.is(await publishedTime(), 6)
})
const NOT: ServiceState[] = ['queued', 'building', 'staged', 'failed', 'error', 'held', 'superseded']
for (const state of NOT)
  test(`never takes a ${state} one for published`, async () => {
    await ledger.writeBuild(build(9, { state }))
    assert.is(await ledger.published(service), undefined)
    await ledger.writeBuild(build(5))
    await ledger.writeBuild(build(10, { state }))
    assert.is(await publishedTime(), 5)
  })
test('shows one build on its way under the same id', async () => {
  for (const state of ['queued', 'building', 'staged', 'built'] as const)
    await ledger.writeBuild(build(5, { state }))
  assert.equal(await ledger.buildIds(service), [build(5).id])
  assert.is((await ledger.build(service, build(5).id))?.state, 'built')
})
test('keeps the published one when its own build is run again and fails', async () => {
  await ledger.writeBuild(build(5))
  await ledger.writeBuild(build(5, { state: 'failed', attempt: 2 }))
  assert.is((await ledger.published(service))?.state, 'built')
})
test('rewrites a build by what both its tags say, and leaves it where nothing is to be changed', async () => {
  await ledger.writeBuild(build(5, { version: '1.0.0' }))
  await ledger.writeBuild(build(6, { state: 'staged', size: 7 }))
  const { id } = build(6)
  await ledger.changeBuild(service, id, (found, published) => {
    assert.equal([found.state, published.get('develop')?.version], ['staged', '1.0.0'])
    return undefined
  })
  assert.is((await ledger.build(service, id))?.state, 'staged')
  await ledger.changeBuild(service, id, (found) => ({ ...found, state: 'built' }))
  assert.equal(await ledger.build(service, id), build(6, { state: 'built', size: 7 }))
  assert.is(await publishedTime(), 6)
})
test('changes no build that has no record', async () => {
  await ledger.changeBuild(service, build(5).id, (found) => assert.unreachable(found.id) as never)
  assert.equal(await ledger.buildIds(service), [])
})
test('lists builds newest first, without owner and published', async () => {
  await ledger.writeOwner(service, { repositoryId: 7, repository: 'acme/shop' })
  for (const time of [1_700_000_000_000, 5, 1_800_000_000_000, 20]) await ledger.writeBuild(build(time))
  const times = (await ledger.buildIds(service)).map((id) => Number(id.slice(0, 13)))
  assert.equal(times, [1_800_000_000_000, 1_700_000_000_000, 20, 5])
})
test('keeps the order when many are written at once', async () => {
  const times = [3, 8, 1, 10, 6, 2, 9, 4, 7, 5]
  await Promise.all(times.map((time) => ledger.writeBuild(build(time))))
  assert.is(await publishedTime(), 10)
  assert.is((await ledger.buildIds(service)).length, 10)
})

test('keeps a log for each attempt, as layers', async () => {
  const layerOf = async (text: string) => {
    const bytes = Buffer.from(text)
    const annotations = { 'org.opencontainers.image.title': 'log.gz' }
    return {
      mediaType: LOG_TYPE,
      digest: await ledger.putLog(service, bytes),
      size: bytes.length,
      annotations,
    }
  }
  const logs = [await layerOf('first attempt')]
  await ledger.writeBuild(build(5, { state: 'error', logs }))
  logs.push(await layerOf('second attempt'))
  await ledger.writeBuild(build(5, { attempt: 2, logs }))
  const record = await ledger.build(service, build(5).id)
  assert.equal(record?.logs, logs)
  const texts = await Promise.all((record?.logs ?? []).map((layer) => ledger.log(service, layer)))
  assert.equal(texts.map(String), ['first attempt', 'second attempt'])
})
test('knows the services that have a record', async () => {
  await ledger.writeBuild(buildOf('with.dots_and-more', 5))
  await real.registry.putBlob('builds-of-others', Buffer.from('{}'))
  const services = await ledger.services()
  assert.ok(services.includes('with.dots_and-more'))
  assert.not(services.some((name) => name.includes('others')))
})

test('knows whose a service is, and who takes it over', async () => {
  await ledger.writeOwner(service, { repositoryId: 7, repository: 'acme/shop' })
  assert.equal(await ledger.owner(service), { repositoryId: 7, repository: 'acme/shop' })
  await ledger.writeOwner(service, { repositoryId: 8, repository: 'acme/Other' })
  assert.equal(await ledger.owner(service), { repositoryId: 8, repository: 'acme/Other' })
  assert.is(await ledger.owner(`${service}-2`), undefined)
})
test('leaves builds and published alone when a service changes hands', async () => {
  await ledger.writeBuild(build(5))
  await ledger.writeOwner(service, { repositoryId: 8, repository: 'acme/other' })
  assert.equal(await ledger.published(service), build(5))
})
builds.run()
