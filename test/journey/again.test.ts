import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { images, name, openWorld, REPOSITORY, service, type World } from '../support/journey.ts'

const waiting = suite('a merge that has to wait')
const web = name('web')
let world: World
waiting.before(async () => {
  world = await openWorld()
  await world.merge({ ...images({ [web]: '1.0.0' }), ...service(web, 'w1') })
})
waiting.after(() => world.close())

async function waits(sha: string, reason: RegExp): Promise<void> {
  const repositoryId = await world.id()
  await world.until('the reason', async () =>
    reason.test((await world.ledger.merge(repositoryId, sha))?.reason ?? ''),
  )
  assert.is((await world.ledger.merge(repositoryId, sha))?.state, 'queued')
}

waiting('stands as queued while GitHub does not answer, and is built when it does', async () => {
  world.github.faults.add({ match: `GET /repos/${REPOSITORY}/pulls`, status: 502 })
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { ...images({ [web]: '1.1.0' }), ...service(web, 'w2') },
    deliver: ['pull_request'],
  })
  await waits(sha, /GitHub answered 502/)
  await world.badge(web, '1.0.0')
  world.github.faults.clear()
  await world.catchUp()
  assert.is((await world.ended(sha)).state, 'built')
  await world.badge(web, '1.1.0')
})

waiting('says until when the rate limit of GitHub holds', async () => {
  const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4102444800' }
  const match = new RegExp(`^GET /repos/${REPOSITORY}/(?:tarball|git)/`)
  world.github.faults.add({ match, status: 403, headers })
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { ...images({ [web]: '1.2.0' }), ...service(web, 'w3') },
  })
  await waits(sha, /rate limit is used up until 2100-01-01/)
  world.github.faults.clear()
  await world.catchUp()
  assert.is((await world.ended(sha)).state, 'built')
})

waiting('runs a finished merge again when the operator asks, and keeps the log of before', async () => {
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { ...images({ [web]: '1.3.0' }), [`${web}/Dockerfile`]: 'FROM 127.0.0.1:1/base\n' },
  })
  const first = await world.ended(sha)
  assert.is(first.state, 'error', first.reason)
  assert.is(first.code, 'base_unreachable')
  await world.badge(web, '1.2.0 · 1.3.0 waiting')
  const claim = { repository_id: await world.id(), repository: REPOSITORY, sha, again: true }
  assert.is((await world.call('/function/build', claim)).status, 202)
  const second = await world.until('a second end', async () => {
    const record = await world.ended(sha)
    return record.attempt === 2 && record
  })
  assert.is(second.state, 'error')
  const build = await world.ledger.build(web, second.services[0]?.build ?? '')
  assert.is(build?.logs.length, 2)
})

waiting('keeps the logs of ten attempts, however often a merge is tried', async () => {
  const repositoryId = await world.id()
  const record = await world.ledger.newest(repositoryId)
  const id = record?.services[0]?.build ?? ''
  const build = await world.ledger.build(web, id)
  assert.ok(record && build)
  const [first] = build.logs
  await world.ledger.writeBuild({
    ...build,
    logs: Array.from({ length: 10 }, () => first as (typeof build.logs)[0]),
  })
  const claim = { repository_id: repositoryId, repository: REPOSITORY, sha: record.sha, again: true }
  assert.is((await world.call('/function/build', claim)).status, 202)
  await world.until('a third end', async () => (await world.ended(record.sha)).attempt === 3)
  const logs = (await world.ledger.build(web, id))?.logs ?? []
  assert.equal([logs.length, logs.at(-1)?.annotations?.['artefacto.attempt']], [10, '3'])
})

waiting(
  'fails when five of its builds were interrupted, and starts anew when the operator asks',
  async () => {
    const repositoryId = await world.id()
    const record = await world.ledger.newest(repositoryId)
    assert.ok(record)
    const build = await world.ledger.build(web, record.services[0]?.build ?? '')
    assert.ok(build)
    await world.ledger.writeBuild({ ...build, state: 'building', attempt: record.attempt })
    await world.ledger.writeMerge({ ...record, state: 'building', interruptions: 4 })
    await world.catchUp()
    const given = await world.ended(record.sha)
    assert.is(given.code, 'gave_up')
    assert.match(given.reason ?? '', new RegExp(`${web}: gave up after five interrupted attempts`))
    await world.badge(web, '1.2.0 · 1.3.0 failing')
    const claim = { repository_id: repositoryId, repository: REPOSITORY, sha: record.sha, again: true }
    assert.is((await world.call('/function/build', claim)).status, 202)
    const anew = await world.until('an attempt', async () => {
      const ended = await world.ended(record.sha)
      return ended.state === 'error' && ended
    })
    assert.is(anew.attempt, 1)
  },
)

waiting.run()
