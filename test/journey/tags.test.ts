import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { MergeRecord } from '../../functions/shared/merge-record.ts'
import type { Files } from '../../local/github/server.ts'
import { name, openWorld, REPOSITORY, service, type World } from '../support/journey.ts'

const tags = suite('tags beside a version')
const web = name('web')
const api = name('api')
let world: World
tags.before(async () => {
  world = await openWorld()
  // The catch-up would find what is delivered late here, and build it at once.
  world.github.faults.add({ match: /\/(?:pulls|commits)\?/, status: 502 })
})
tags.after(() => world.close())

/** images.json of web with tags, and of whatever else. */
function images(version: string, beside: string[], ...others: object[]): Files {
  const entry = { service_name: web, version, type: 'Docker', tags: beside }
  return { 'images.json': JSON.stringify([entry, ...others]) }
}

async function built(files: Files): Promise<MergeRecord> {
  const record = await world.merge(files)
  assert.is(record.state, 'built', record.reason)
  return record
}

/** The versions that tags stand at, of those that were built here. */
const digests = new Map<string, string>()
async function at(...names: string[]): Promise<(string | undefined)[]> {
  const found = await Promise.all(names.map((tag) => world.registry.head(web, tag)))
  return found.map((digest) => digests.get(String(digest)))
}
const remember = ({ services }: MergeRecord) =>
  digests.set(String(services[0]?.digest), String(services[0]?.version))

tags('are put with it, and its page and builds.json show them', async () => {
  const record = await built({ ...images('1.4.2', ['latest', '1.4', '1']), ...service(web, 'w1') })
  remember(record)
  assert.equal(await at('1.4.2', 'latest', '1.4', '1'), ['1.4.2', '1.4.2', '1.4.2', '1.4.2'])
  await world.badge(web, '1.4.2')
  const page = await (await world.page(`${web}/builds/${record.services[0]?.build}`)).text()
  assert.match(page, /<dt>Tags<\/dt><dd>latest, 1\.4, 1<\/dd>/)
  const { builds } = (await (await world.page(`${web}/builds.json`)).json()) as {
    builds: { tags: string[] }[]
  }
  assert.equal(builds[0]?.tags, ['latest', '1.4', '1'])
})

tags('move to the next version, and leave the one before in its place', async () => {
  remember(await built({ ...images('1.4.3', ['latest', '1.4']), ...service(web, 'w2') }))
  assert.equal(await at('latest', '1.4', '1', '1.4.2'), ['1.4.3', '1.4.3', '1.4.2', '1.4.2'])
})

tags('change nothing while they stand', async () => {
  const { services } = await built({ 'README.md': 'more\n' })
  assert.is(services[0]?.state, 'unchanged')
})

tags('that somebody has moved are put right by the next merge, without a build', async () => {
  const old = await world.registry.manifest(web, '1.4.2')
  assert.ok(old)
  for (const tag of ['latest', '1.4']) await world.registry.putManifest(web, tag, old.mediaType, old.bytes)
  const { services } = await built({ 'README.md': 'most\n' })
  assert.is(services[0]?.state, 'built')
  assert.equal(await at('latest', '1.4', '1.4.3'), ['1.4.3', '1.4.3', '1.4.3'])
  const log = await (await world.page(`${web}/builds/${services[0]?.build}.log`)).text()
  assert.match(log, new RegExp(`${web} is there already as sha256:`))
})

tags('of an older merge that ends later stay with the newer one, but for its own numbers', async () => {
  const files = { ...images('1.4.4', ['latest', '1.4', '1']), ...service(web, 'w4') }
  const late = await world.github.merge(REPOSITORY, { files, deliver: false })
  remember(await built({ ...images('1.5.0', ['latest', '1.5', '1']), ...service(web, 'w5') }))
  const claim = { repository_id: await world.id(), repository: REPOSITORY, sha: late.sha }
  assert.is((await world.call('/function/build', { ...claim, pull_request: late.number })).status, 202)
  const record = await world.ended(late.sha)
  assert.is(record.state, 'built', record.reason)
  assert.equal(record.services[0]?.tags, ['1.4'])
  remember(record)
  assert.equal(await at('1.4.4', '1.4', '1.5', '1', 'latest'), ['1.4.4', '1.4.4', '1.5.0', '1.5.0', '1.5.0'])
  await world.badge(web, '1.5.0')
})

tags('of numbers do not go back to an earlier version, whatever was merged last', async () => {
  remember(await built({ ...images('1.4.1', ['latest', '1.4', '1']), ...service(web, 'w1 mended') }))
  assert.equal(await at('1.4.1', 'latest', '1.4', '1'), ['1.4.1', '1.4.1', '1.4.4', '1.5.0'])
  remember(await built({ ...images('1.6.0', ['latest']), ...service(web, 'w6') }))
})

tags('stay where a sibling fails', async () => {
  const sibling = { service_name: api, version: '1.0.0', type: 'Docker' }
  const broken = { [`${api}/Dockerfile`]: 'FROM scratch\nCOPY missing /\n' }
  const files = { ...images('1.7.0', ['latest', '1'], sibling), ...service(web, 'w7'), ...broken }
  const record = await world.merge(files)
  assert.is(record.state, 'failed')
  assert.equal(await at('latest', '1', '1.7.0'), ['1.6.0', '1.5.0', undefined])
  remember(await built({ ...images('1.7.0', ['latest', '1'], sibling), ...service(api, 'a1') }))
  assert.equal(await at('latest', '1'), ['1.7.0', '1.7.0'])
})

tags('that never move are refused, and the badge says where', async () => {
  const record = await world.merge(images('1.7.0', ['stable']))
  assert.is(record.state, 'failed')
  assert.match(
    record.reason ?? '',
    /the tag stable does not fit mutable_tags, and is not the beginning of 1\.7\.0/,
  )
  await world.badge(web, '1.7.0 · images.json invalid')
  assert.is(await world.registry.head(web, 'stable'), undefined)
})

tags('that are versions are refused, and versions that are tags', async () => {
  await built({ ...images('2.0', ['latest']), ...service(web, 'two') })
  const over = await world.merge({ ...images('2.0.1', ['latest', '2.0']), ...service(web, 'two and one') })
  assert.is(over.code, 'version_taken')
  assert.match(over.reason ?? '', new RegExp(`${web}:2\\.0 was published as a version, which never moves`))
  const under = await world.merge({ ...images('1.5', []), ...service(web, 'w5') })
  assert.match(under.reason ?? '', new RegExp(`version 1\\.5 of ${web} is taken; raise it`))
  assert.equal(await at('1.5'), ['1.5.0'])
})

tags('belong to the version that images.json names, in a call of the build method, too', async () => {
  await built({ ...images('3.0.0', ['latest']), ...service(web, 'three') })
  const latest = await world.registry.head(web, 'latest')
  const call = async (version: string) => {
    const ask = { service_name: web, version, type: 'Docker', repository: REPOSITORY }
    const answer = await world.call('/function/build', ask)
    assert.is(answer.status, 200)
    return ((await answer.json()) as { state: string; digest: string }).state
  }
  assert.is(await call('3.0.1'), 'built')
  assert.is(await world.registry.head(web, 'latest'), latest)
  await world.registry.deleteManifest(web, String(latest))
  assert.is(await call('3.0.0'), 'built')
  assert.is(await world.registry.head(web, 'latest'), await world.registry.head(web, '3.0.0'))
  assert.is(await call('3.0.0'), 'unchanged')
})

tags.run()
