import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { images, type Journey, openJourney, REPOSITORY, service } from '../support/journey.ts'
import { readMetrics } from '../support/metrics.ts'
import { startReceiver } from '../support/receiver.ts'

const notify = suite('the operator is told how merges end')
let world: Journey
let receiver: Awaited<ReturnType<typeof startReceiver>>
notify.before(async () => {
  world = await openJourney()
  receiver = await startReceiver(() => world.secret('notify-secret'))
})
notify.after(async () => {
  await receiver.close()
  await world.close()
})

const urls = () => join(world.state.secrets, 'notify-urls')
const web = (version: string, content: string) => ({
  ...images({ web: version }),
  ...service('web', content),
})
const BROKEN = { 'web/Dockerfile': 'FROM scratch\nCOPY missing /\n' }
/** What the receiver was told of a merge, once it was told. */
const told = (sha: string) =>
  world.until(`a word on ${sha}`, async () => receiver.heard.find(({ event }) => event.data.commit === sha))
/** The merge's record once nothing is to be told of it any more. */
const settled = async (sha: string) =>
  world.until('a record that owes nothing', async () => {
    const record = await world.ledger.merge(await world.id(), sha)
    return record && record.notice === undefined && record
  })

notify('of nothing, as long as there are no receivers', async () => {
  const record = await world.merge(web('1.0.0', 'w1'))
  assert.is(record.state, 'built', record.reason)
  assert.is(record.notice, undefined)
})

notify('of success, failure and the first success after it, by signed CloudEvents', async () => {
  writeFileSync(urls(), `${receiver.url}\n`)
  const built = await world.merge(web('1.1.0', 'w2'))
  const failed = await world.merge({ ...images({ web: '1.2.0' }), ...BROKEN })
  const recovered = await world.merge(web('1.2.0', 'w3'))
  const events = [await told(built.sha), await told(failed.sha), await told(recovered.sha)]
  assert.equal(
    events.map(({ event }) => event.type),
    ['artefacto.merge.built', 'artefacto.merge.failed', 'artefacto.merge.recovered'],
  )
  assert.ok(events.every(({ fits }) => fits))
  const [first, second] = events.map(({ event }) => event)
  const digest = await world.registry.head('web', '1.1.0')
  const { build } = built.services[0] ?? {}
  assert.equal(first?.data.services, [
    {
      service_name: 'web',
      version: '1.1.0',
      type: 'Docker',
      state: 'built',
      image: `${world.stack.registry.host}/web:1.1.0`,
      digest,
      page: `${world.gateway}/function/badge/web/builds/${build}`,
    },
  ])
  assert.is(first?.subject, `${REPOSITORY}@${built.sha}`)
  assert.match(String(second?.data.reason), /missing/)
  for (const { sha } of [built, failed, recovered]) assert.ok(await settled(sha))
  assert.is(receiver.heard.length, 3)
})

notify('of images.json that cannot be used, and of a merge that is run again', async () => {
  const broken = await world.merge({ 'images.json': '[]x' })
  assert.is((await told(broken.sha)).event.data.code, 'images_invalid')
  await settled(broken.sha)
  const request = { repository_id: await world.id(), repository: REPOSITORY, sha: broken.sha, again: true }
  assert.is((await world.call('/function/build', request)).status, 202)
  await world.until(
    'a second word',
    async () => receiver.heard.filter(({ event }) => event.data.commit === broken.sha).length === 2,
  )
  assert.is(new Set(receiver.heard.map(({ event }) => event.id)).size, receiver.heard.length)
})

notify('once the receiver is up again, by the next process', async () => {
  await receiver.close()
  const record = await world.merge(web('1.3.0', 'w4'))
  assert.is(record.state, 'built', record.reason)
  await world.badge('web', '1.3.0')
  await world.until('a line that says so', async () =>
    world.lines.some((line) => line.includes('notice_failed')),
  )
  await world.stack.gateway.restart('build')
  await receiver.open()
  assert.is((await told(record.sha)).event.type, 'artefacto.merge.recovered')
  await settled(record.sha)
  await world.catchUp()
  assert.is(receiver.heard.filter(({ event }) => event.data.commit === record.sha).length, 1)
})

notify('and who is slow to listen delays no badge', async () => {
  receiver.answer('hang')
  const record = await world.merge(web('1.4.0', 'w5'))
  await told(record.sha)
  await world.badge('web', '1.4.0')
  assert.is((await world.ledger.merge(await world.id(), record.sha))?.notice, 'built')
  receiver.answer({ status: 200 })
  await settled(record.sha)
})

notify('and a metric counts it', async () => {
  const answer = await fetch(`${world.gateway}/function/build/_/metrics`)
  assert.ok(Number(readMetrics(await answer.text())['artefacto_notices_total{result="told"}']) > 0)
})

notify('of nothing any more, once there are no receivers', async () => {
  rmSync(urls())
  const before = receiver.heard.length
  const record = await world.merge(web('1.5.0', 'w6'))
  await world.badge('web', '1.5.0')
  assert.is(record.notice, undefined)
  assert.is(receiver.heard.length, before)
})

notify.run()
