import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { images, type Journey, openJourney, REPOSITORY, service } from '../support/journey.ts'

const claims = suite('a delivery is a claim')
let world: Journey
claims.before(async () => {
  world = await openJourney()
})
claims.after(() => world.close())

const shop = { ...images({ web: '1.0.0' }), ...service('web', 'w1') }

claims('makes one record and one build of a push and a pull request of the same merge', async () => {
  const { sha, deliveries } = await world.github.merge(REPOSITORY, { files: shop })
  assert.equal(
    deliveries.map(({ status }) => status),
    [202, 202],
  )
  const record = await world.ended(sha)
  assert.is(record.state, 'built', record.reason)
  assert.equal(await world.ledger.mergeShas(await world.id()), [sha])
  assert.is((await world.ledger.buildIds('web')).length, 1)
})

claims('takes a redelivery of a finished merge as done', async () => {
  const before = (await world.ledger.buildIds('web')).length
  const merge = await world.github.merge(REPOSITORY, { files: { 'README.md': 'again\n' } })
  await world.ended(merge.sha)
  for (const delivery of merge.deliveries) assert.is((await world.github.redeliver(delivery)).status, 202)
  await world.until('an empty queue', async () => world.stack.gateway.queued() === 0)
  assert.is((await world.ledger.buildIds('web')).length, before + 1)
})

claims('drops the push of an ordinary commit without a record', async () => {
  const before = await world.ledger.mergeShas(await world.id())
  const { sha, deliveries } = await world.github.push(REPOSITORY, { files: { 'web/content': 'pushed' } })
  assert.is(deliveries[0]?.status, 202)
  await world.until('the word of build', async () =>
    world.lines.some((line) => line.includes(sha) && line.includes('ignored')),
  )
  assert.equal(await world.ledger.mergeShas(await world.id()), before)
})

claims('builds a squash merge, which a push alone does not show', async () => {
  const files = { ...images({ web: '1.1.0' }), ...service('web', 'w2') }
  const { sha } = await world.github.merge(REPOSITORY, { files, method: 'squash' })
  const record = await world.ended(sha)
  assert.is(record.state, 'built', record.reason)
  await world.badge('web', '1.1.0')
})

claims('refuses a signed delivery that names a commit which is not merged', async () => {
  const { sha, number } = await world.github.commitAside(REPOSITORY, {
    branch: 'evil',
    files: { ...images({ web: '6.6.6' }), ...service('web', 'evil') },
    pull: true,
  })
  const claim = { repository_id: await world.id(), repository: REPOSITORY, sha }
  for (const request of [{ ...claim, pull_request: number }, claim]) {
    await world.until('a free way', async () => (await world.call('/function/build', request)).status === 202)
    const record = await world.ended(sha)
    assert.is(record.state, 'failed')
    assert.is(record.code, 'not_merged')
    assert.match(record.reason ?? '', new RegExp(`${sha} is not merged into develop`))
    break
  }
  assert.is(await world.registry.head('web', '6.6.6'), undefined)
  await world.badge('web', '1.1.0')
})

claims('refuses the name of a service that belongs to another repository', async () => {
  await world.github.create('acme/other', { files: { 'README.md': '# other\n' } })
  const record = await world.merge({ ...images({ web: '9.0.0' }), ...service('web', 'other') }, 'acme/other')
  assert.is(record.code, 'name_owned')
  assert.match(record.reason ?? '', /web belongs to acme\/shop/)
  await world.badge('web', '1.1.0')
})

claims('ignores a repository that has no images.json', async () => {
  await world.github.create('acme/empty', { files: { 'README.md': '# empty\n' } })
  const { sha } = await world.github.merge('acme/empty', { files: { 'README.md': 'more\n' } })
  await world.until('the word of build', async () =>
    world.lines.some((line) => line.includes(sha) && line.includes('ignored')),
  )
  assert.equal(await world.ledger.mergeShas(await world.id('acme/empty')), [])
})

claims.run()
