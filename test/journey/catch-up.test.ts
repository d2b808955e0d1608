import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { images, name, openWorld, REPOSITORY, service, type World } from '../support/journey.ts'

const web = name('web')
const quiet = { deliver: false }
let world: World

const finds = suite('the catch-up')
finds.before(async () => {
  world = await openWorld()
})
finds('builds merges whose deliveries were never sent, oldest first', async () => {
  const merge = (version: string, secondsAgo: number, method: 'merge' | 'squash' = 'merge') =>
    world.github.merge(REPOSITORY, {
      files: { ...images({ [web]: version }), ...service(web, version) },
      method,
      at: new Date(Date.now() - secondsAgo * 1_000),
      ...quiet,
    })
  const first = await merge('1.0.0', 30)
  const second = await merge('1.1.0', 20)
  const third = await merge('1.2.0', 10, 'squash')
  // Of a name that only a pattern allows, something must be heard before the catch-up asks about it.
  const claim = { repository_id: await world.id(), repository: REPOSITORY, sha: first.sha }
  assert.is((await world.call('/function/build', claim)).status, 202)
  assert.is((await world.ended(first.sha)).state, 'built')
  await world.catchUp()
  const [older, newer] = [await world.ended(second.sha), await world.ended(third.sha)]
  assert.is(older.state, 'built', older.reason)
  assert.is(newer.state, 'built', newer.reason)
  assert.ok(older.queued < newer.queued, `${older.queued} before ${newer.queued}`)
  assert.equal(
    (await world.ledger.mergeShas(await world.id())).sort(),
    [first.sha, second.sha, third.sha].sort(),
  )
  await world.badge(web, '1.2.0')
})
finds.run()

const leaves = suite('what the catch-up leaves alone')
const old = { service: name('old'), repository: `acme/${name('old')}` }
const told = { service: name('told'), repository: `acme/${name('told')}` }
let known: string[]
let sha: string
leaves.before(async () => {
  const digest = await world.registry.head(web, '1.2.0')
  await world.registry.deleteManifest(web, digest ?? '')
  await world.github.push(REPOSITORY, { files: { 'README.md': 'more\n' }, ...quiet })
  known = await world.ledger.mergeShas(await world.id())

  const at = new Date('2020-01-01T00:00:00Z')
  await world.github.create(old.repository, { files: { 'README.md': '# old\n' } }, { at })
  await world.github.merge(old.repository, {
    files: { ...images({ [old.service]: '0.1.0' }), ...service(old.service, 'o1') },
    at,
    ...quiet,
  })
  const files = { ...images({ [old.service]: '1.0.0' }), ...service(old.service, 'o2') }
  sha = (await world.merge(files, old.repository)).sha

  await world.github.create(told.repository, { files: { 'README.md': '# told\n' } })
  await world.merge(
    { ...images({ [told.service]: '1.0.0' }), ...service(told.service, 't1') },
    told.repository,
  )
  await world.github.push(told.repository, { files: service(told.service, 't2'), ...quiet })

  await world.catchUp()
})
leaves.after(() => world.close())

leaves('is an image that somebody deleted', async () => {
  assert.is((await world.badge(web, '1.2.0 missing')).color, 'red')
  assert.is(await world.registry.head(web, '1.2.0'), undefined)
})

leaves('is an ordinary commit', async () => {
  assert.equal(await world.ledger.mergeShas(await world.id()), known)
})

leaves('is a merge from before the start of its repository', async () => {
  assert.is((await world.ledger.merge(await world.id(old.repository), sha))?.state, 'built')
  assert.equal(await world.ledger.mergeShas(await world.id(old.repository)), [sha])
  assert.is(await world.registry.head(old.service, '0.1.0'), undefined)
})

leaves('is what was pushed after the first merge of a repository that was told of', async () => {
  assert.is((await world.ledger.mergeShas(await world.id(told.repository))).length, 1)
})

leaves.run()
