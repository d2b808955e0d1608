import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { images, name, openWorld, REPOSITORY, service, type World } from '../support/journey.ts'

const claims = suite('a delivery is a claim')
const web = name('web')
let world: World
claims.before(async () => {
  world = await openWorld()
})
claims.after(() => world.close())

const shop = { ...images({ [web]: '1.0.0' }), ...service(web, 'w1') }

/** Until build has asked GitHub about a commit and has taken back the record that it had written before. */
async function ignored(sha: string, repository = REPOSITORY): Promise<void> {
  const repositoryId = await world.id(repository)
  await world.until('the word of build', async () => {
    const asked = world.github.requests.some(({ path }) => path.includes(sha))
    return asked && !(await world.ledger.mergeShas(repositoryId)).includes(sha)
  })
}

claims('makes one record and one build of a push and a pull request of the same merge', async () => {
  const { sha, deliveries } = await world.github.merge(REPOSITORY, { files: shop })
  assert.equal(
    deliveries.map(({ status }) => status),
    [202, 202],
  )
  const record = await world.ended(sha)
  assert.is(record.state, 'built', record.reason)
  assert.equal(await world.ledger.mergeShas(await world.id()), [sha])
  assert.is((await world.ledger.buildIds(web)).length, 1)
})

claims('takes a redelivery of a finished merge as done', async () => {
  const before = (await world.ledger.buildIds(web)).length
  const merge = await world.github.merge(REPOSITORY, { files: { 'README.md': 'again\n' } })
  await world.ended(merge.sha)
  for (const delivery of merge.deliveries) assert.is((await world.github.redeliver(delivery)).status, 202)
  // The queue is first in, first out: what is ignored now came after the redeliveries.
  const { sha } = await world.github.push(REPOSITORY, { files: { 'README.md': 'once more\n' } })
  await ignored(sha)
  assert.is((await world.ledger.buildIds(web)).length, before + 1)
})

claims('drops the push of an ordinary commit without a record', async () => {
  const before = await world.ledger.mergeShas(await world.id())
  const { sha, deliveries } = await world.github.push(REPOSITORY, { files: { [`${web}/content`]: 'pushed' } })
  assert.is(deliveries[0]?.status, 202)
  await ignored(sha)
  assert.equal(await world.ledger.mergeShas(await world.id()), before)
})

claims('builds a squash merge, which a push alone does not show', async () => {
  const files = { ...images({ [web]: '1.1.0' }), ...service(web, 'w2') }
  const { sha } = await world.github.merge(REPOSITORY, { files, method: 'squash' })
  const record = await world.ended(sha)
  assert.is(record.state, 'built', record.reason)
  await world.badge(web, '1.1.0')
})

claims('refuses a signed delivery that names a commit which is not merged', async () => {
  const { sha, number } = await world.github.commitAside(REPOSITORY, {
    branch: 'evil',
    files: { ...images({ [web]: '6.6.6' }), ...service(web, 'evil') },
    pull: true,
  })
  const claim = { repository_id: await world.id(), repository: REPOSITORY, sha, pull_request: number }
  assert.is((await world.call('/function/build', claim)).status, 202)
  const record = await world.ended(sha)
  assert.is(record.state, 'failed')
  assert.is(record.code, 'not_merged')
  assert.match(record.reason ?? '', new RegExp(`${sha} is not merged into develop`))
  assert.is(await world.registry.head(web, '6.6.6'), undefined)
  await world.badge(web, '1.1.0')
})

claims('refuses the name of a service that belongs to another repository', async () => {
  const other = `acme/${name('other')}`
  await world.github.create(other, { files: { 'README.md': '# other\n' } })
  const record = await world.merge({ ...images({ [web]: '9.0.0' }), ...service(web, 'other') }, other)
  assert.is(record.code, 'name_owned')
  assert.match(record.reason ?? '', new RegExp(`${web} belongs to ${REPOSITORY}`))
  await world.badge(web, '1.1.0')
})

claims('ignores a repository that has no images.json', async () => {
  const empty = `acme/${name('empty')}`
  await world.github.create(empty, { files: { 'README.md': '# empty\n' } })
  const files = { 'README.md': 'more\n' }
  const { sha } = await world.github.merge(empty, { files, deliver: ['pull_request'] })
  await ignored(sha, empty)
  assert.equal(await world.ledger.mergeShas(await world.id(empty)), [])
})

claims.run()
