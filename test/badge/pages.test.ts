import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Layer } from '../../functions/shared/artifact.ts'
import { pageKey } from '../../functions/shared/page-key.ts'
import { sign, signedGet } from '../../functions/shared/signature.ts'
import { AMI, build, DIGEST, DISK, SHA, TIME } from './records.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
const key = pageKey('first', 'web')
const headers = { cookie: `artefacto-key=${key}` }
const first = build()
const later = (state: 'built' | 'building' | 'failed' | 'queued', logs: Layer[] = []) =>
  build({ state, version: '1.4.3', time: TIME + 1_000, reason: 'because', logs })
const logOf = async (record: { id: string }) => {
  const reply = await stage.call(`/web/builds/${record.id}.log`, { headers })
  return reply.body
}
async function open() {
  stage = await openStage({ registry_pull: 'images.example:5000' })
}
const close = () => stage.close()

const builds = suite('badge builds.json')
builds.before.each(open)
builds.after.each(close)
builds('lists the builds, newest first', async () => {
  const queued = later('queued')
  await stage.ledger.writeBuild(build({ size: 42, pullRequest: 12, started: '2026-11-22T18:00:03Z' }))
  await stage.ledger.writeBuild(queued)
  const reply = await stage.call('/web/builds.json', { headers })
  assert.equal([reply.status, reply.headers['Cache-Control']], [200, 'no-store'])
  assert.is(reply.headers['Referrer-Policy'], 'no-referrer')
  const { service, badge, builds } = JSON.parse(String(reply.body))
  assert.equal([service, badge], ['web', { label: 'build', message: '1.4.2 missing', color: 'red' }])
  assert.equal(
    builds.map((entry: { id: string }) => entry.id),
    [queued.id, first.id],
  )
  assert.equal(builds[1], {
    id: first.id,
    state: 'built',
    version: '1.4.2',
    type: 'Docker',
    image: 'images.example:5000/web:1.4.2',
    digest: DIGEST,
    repository: 'acme/shop',
    branches: ['develop'],
    commit: SHA,
    pull_request: 12,
    merged_at: '2026-11-22T18:00:00.000Z',
    started: '2026-11-22T18:00:03Z',
    size: 42,
    attempt: 1,
    log: `builds/${first.id}.log`,
  })
})
builds('has the disk and the AMI of a build of type AMI', async () => {
  await stage.ledger.writeBuild(build({ type: 'AMI', disk: DISK, ami: AMI }))
  const { builds } = JSON.parse(String((await stage.call('/web/builds.json', { headers })).body))
  assert.equal(
    [builds[0].type, builds[0].disk, builds[0].ami],
    ['AMI', { image: 'images.example:5000/web:1.4.2-ami', ...DISK }, AMI],
  )
})
builds('stops at the newest 50', async () => {
  for (let index = 0; index < 52; index++)
    await stage.ledger.writeBuild(build({ time: TIME + index, state: 'failed' }))
  const { builds } = JSON.parse(String((await stage.call('/web/builds.json', { headers })).body))
  assert.equal([builds.length, builds[0].id.slice(0, 13)], [50, String(TIME + 51)])
})
builds('is not there for a service without builds', async () => {
  assert.is((await stage.call('/web/builds.json', { headers })).status, 404)
})
builds('says so when the registry is away', async () => {
  stage.memory.fail(() => 500)
  assert.match(String((await stage.call('/web/builds.json', { headers })).body), /^registry_error/)
})
builds.run()

const access = suite('badge pages')
access.before.each(open)
access.after.each(close)
access('stay closed without a key, whether there is something or not', async () => {
  await stage.ledger.writeBuild(first)
  const before = stage.memory.calls.length
  for (const path of ['/web/builds.json', `/web/builds/${first.id}.log`, '/nobody/builds.json'])
    assert.match(String((await stage.call(path)).body), /^key/)
  assert.is(stage.memory.calls.length, before)
})
access('open with the key in the address, by way of a cookie', async () => {
  const reply = await stage.call('/web/builds.json', { query: { key } })
  assert.equal([reply.status, reply.headers.Location], [303, '/function/badge/web/builds.json'])
})
access('open to everybody where pages=public', async () => {
  await close()
  stage = await openStage({ pages: 'public' })
  await stage.ledger.writeBuild(first)
  assert.is((await stage.call('/web/builds.json')).status, 200)
})
access.run()

const logs = suite('badge log')
logs.before.each(open)
logs.after.each(close)
logs('gives the log of a finished build as plain text', async () => {
  await stage.ledger.writeBuild({ ...first, logs: [await stage.log('STEP 1\nünïcode\n')] })
  const reply = await stage.call(`/web/builds/${first.id}.log`, { headers })
  assert.equal([reply.status, reply.body], [200, 'STEP 1\nünïcode\n'])
  assert.is(reply.headers['Content-Type'], 'text/plain; charset=utf-8')
  assert.is(reply.headers['X-Content-Type-Options'], 'nosniff')
  assert.equal(stage.live.calls, [])
})
logs('puts a line above each of several attempts', async () => {
  const record = later('failed', [await stage.log('cut'), await stage.log('done\n')])
  await stage.ledger.writeBuild(record)
  assert.is(await logOf(record), '== attempt 1 ==\ncut\n\n== attempt 2 ==\ndone\n')
})
logs('asks build, signed, for what goes on now', async () => {
  const record = later('building', [await stage.log('one\n')])
  await stage.ledger.writeBuild(record)
  Object.assign(stage.live, { status: 200, body: '{"state":"building","log":"two\\n","next":4}' })
  assert.is(await logOf(record), '== attempt 1 ==\none\n\n== attempt 2 ==\ntwo\n')
  const signature = sign('first', signedGet(`/web/${record.id}`, 'from=0'))
  const url = `/function/build/web/${record.id}?from=0`
  assert.equal(stage.live.calls, [{ url, method: 'GET', signature, body: '' }])
})
logs('says why there is nothing yet', async () => {
  const record = later('queued')
  await stage.ledger.writeBuild(record)
  assert.is(await logOf(record), 'web 1.4.3 is queued (because): there is no log\n')
})
logs('says that build does not answer', async () => {
  const record = later('building')
  await stage.ledger.writeBuild(record)
  stage.live.status = 500
  assert.is(await logOf(record), '(the build function does not tell what goes on now: HTTP 500)\n')
})
logs('does not inflate a small file without end', async () => {
  const record = later('failed', [await stage.log(Buffer.alloc(65 * 1024 * 1024)), await stage.log('end')])
  await stage.ledger.writeBuild(record)
  const text = String(await logOf(record))
  assert.match(text, /^== attempt 1 ==\n\(this part cannot be shown: /)
  assert.match(text, /\n== attempt 2 ==\nend\n$/)
})
logs('is not there for an unknown build', async () => {
  const reply = await stage.call('/web/builds/1700000000000-0a0b0c0d0e0f.log', { headers })
  assert.is(reply.status, 404)
})
logs.run()
