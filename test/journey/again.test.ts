import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { images, type Journey, openJourney, REPOSITORY, service } from '../support/journey.ts'

const waiting = suite('a merge that has to wait')
let world: Journey
waiting.before(async () => {
  world = await openJourney()
  await world.merge({ ...images({ web: '1.0.0' }), ...service('web', 'w1') })
})
waiting.after(() => world.close())

async function catchUp(): Promise<void> {
  await world.until('a catch-up that is due', async () => {
    await world.stack.gateway.restart('build')
    return (await world.call('/function/build', { catch_up: true })).ok
  })
}

async function waits(sha: string, reason: RegExp): Promise<void> {
  const repositoryId = await world.id()
  await world.until('the reason', async () =>
    reason.test((await world.ledger.merge(repositoryId, sha))?.reason ?? ''),
  )
  assert.is((await world.ledger.merge(repositoryId, sha))?.state, 'queued')
}

waiting('stands as queued while GitHub does not answer, and is built when it does', async () => {
  world.github.faults.add({ match: /GET \/repos\/acme\/shop\/pulls/, status: 502 })
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { ...images({ web: '1.1.0' }), ...service('web', 'w2') },
    deliver: ['pull_request'],
  })
  await waits(sha, /GitHub answered 502/)
  await world.badge('web', '1.0.0')
  world.github.faults.clear()
  await catchUp()
  assert.is((await world.ended(sha)).state, 'built')
  await world.badge('web', '1.1.0')
})

waiting('says until when the rate limit of GitHub holds', async () => {
  const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4102444800' }
  world.github.faults.add({ match: 'GET /repos/acme/shop/tarball', status: 403, headers })
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { ...images({ web: '1.2.0' }), ...service('web', 'w3') },
  })
  await waits(sha, /rate limit is used up until 2100-01-01/)
  world.github.faults.clear()
  await catchUp()
  assert.is((await world.ended(sha)).state, 'built')
})

waiting('runs a finished merge again when the operator asks, and keeps the log of before', async () => {
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { ...images({ web: '1.3.0' }), 'web/Dockerfile': 'FROM 127.0.0.1:1/base\n' },
  })
  const first = await world.ended(sha)
  assert.is(first.state, 'error', first.reason)
  assert.is(first.code, 'base_unreachable')
  await world.badge('web', '1.2.0 · 1.3.0 waiting')
  const claim = { repository_id: await world.id(), repository: REPOSITORY, sha, again: true }
  assert.is((await world.call('/function/build', claim)).status, 202)
  const second = await world.until('a second end', async () => {
    const record = await world.ended(sha)
    return record.attempt === 2 && record
  })
  assert.is(second.state, 'error')
  const build = await world.ledger.build('web', second.services[0]?.build ?? '')
  assert.is(build?.logs.length, 2)
})

waiting(
  'fails when five of its builds were interrupted, and starts anew when the operator asks',
  async () => {
    const repositoryId = await world.id()
    const record = await world.ledger.newest(repositoryId)
    assert.ok(record)
    await world.ledger.writeMerge({ ...record, state: 'building', interruptions: 4 })
    await world.stack.gateway.restart('build')
    const given = await world.ended(record.sha)
    assert.is(given.code, 'gave_up')
    assert.match(given.reason ?? '', /web: gave up after five interrupted attempts/)
    await world.badge('web', '1.2.0 · 1.3.0 failing')
    const claim = { repository_id: repositoryId, repository: REPOSITORY, sha: record.sha, again: true }
    assert.is((await world.call('/function/build', claim)).status, 202)
    await world.until('an attempt', async () => (await world.ended(record.sha)).state === 'error')
    assert.is((await world.ended(record.sha)).attempt, 1)
  },
)

waiting('is refused with 503 while its record cannot be written', async () => {
  await world.stack.registry.stop()
  const claim = { repository_id: await world.id(), repository: REPOSITORY, sha: 'a'.repeat(40) }
  const answer = await world.call('/function/build', claim)
  assert.is(answer.status, 503)
  assert.match(await answer.text(), /the registry does not answer/)
  assert.is((await world.badge('web', 'unreachable')).color, 'grey')
})

waiting.run()

const engine = suite('a merge while the Docker Engine is down')
engine('waits, and is built when the engine is there', async () => {
  const late = await openJourney(({ state }) => ({
    build: { docker_host: `unix://${join(state.folder, 'late.sock')}` },
  }))
  try {
    const { sha } = await late.github.merge(REPOSITORY, {
      files: { ...images({ web: '1.0.0' }), ...service('web', 'w1') },
    })
    const repositoryId = await late.id()
    const record = await late.until('the reason', async () => {
      const found = await late.ledger.merge(repositoryId, sha)
      return found?.reason !== undefined && found
    })
    assert.is(record.state, 'queued')
    assert.match(record.reason ?? '', /the Docker Engine does not answer/)
    symlinkSync(late.engine.host.replace('unix://', ''), join(late.state.folder, 'late.sock'))
    await late.stack.gateway.restart('build')
    await late.call('/function/build', { catch_up: true })
    assert.is((await late.ended(sha)).state, 'built')
    await late.badge('web', '1.0.0')
  } finally {
    await late.close()
  }
})
engine.run()
