import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { images, name, openWorld, REPOSITORY, service, type World } from '../support/journey.ts'

const tags = suite('a version that may move')
const web = name('web')
let world: World
tags.before(async () => {
  world = await openWorld()
  // The catch-up would find what is delivered late here, and build it at once.
  world.github.faults.add({ match: /\/(?:pulls|commits)\?/, status: 502 })
})
tags.after(() => world.close())

tags('moves with each merge, and leaves the image before it in place', async () => {
  const first = await world.merge({ ...images({ [web]: 'dev' }), ...service(web, 'w1') })
  const second = await world.merge(service(web, 'w2'))
  assert.is(second.state, 'built', second.reason)
  const digest = second.services[0]?.digest
  assert.is(await world.registry.head(web, 'dev'), digest)
  assert.is.not(digest, first.services[0]?.digest)
  await world.badge(web, 'dev')
})

tags('never moves back to an older merge that arrives late', async () => {
  const late = await world.github.merge(REPOSITORY, { files: service(web, 'older'), deliver: false })
  const newer = await world.merge(service(web, 'newer'))
  assert.is(newer.state, 'built', newer.reason)
  const claim = {
    repository_id: await world.id(),
    repository: REPOSITORY,
    sha: late.sha,
    pull_request: late.number,
  }
  assert.is((await world.call('/function/build', claim)).status, 202)
  const record = await world.ended(late.sha)
  assert.is(record.state, 'failed')
  assert.match(record.reason ?? '', new RegExp(`a newer merge has published ${web}:dev already`))
  assert.is(await world.registry.head(web, 'dev'), newer.services[0]?.digest)
  await world.badge(web, 'dev')
})

tags('stays at the newest merge when many are delivered at once', async () => {
  const merges = []
  for (const content of ['m1', 'm2', 'm3'])
    merges.push(await world.github.merge(REPOSITORY, { files: service(web, content), deliver: false }))
  const repository_id = await world.id()
  await Promise.all(
    [...merges]
      .reverse()
      .map(({ sha, number }) =>
        world.call('/function/build', { repository_id, repository: REPOSITORY, sha, pull_request: number }),
      ),
  )
  const ended = await Promise.all(merges.map(({ sha }) => world.ended(sha)))
  const newest = ended.at(-1)
  assert.is(newest?.state, 'built', newest?.reason)
  assert.is(await world.registry.head(web, 'dev'), newest?.services[0]?.digest)
  await world.badge(web, 'dev')
})

tags.run()
