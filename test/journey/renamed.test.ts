import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { images, type Journey, name, openJourney, REPOSITORY, service } from '../support/journey.ts'
import { statusesAt } from '../support/statuses.ts'

const STORE = `acme/${name('store')}`
const AWAY = `elsewhere/${name('store')}`

const renamed = suite('a repository that is renamed')
let world: Journey
let id = 0
renamed.before(async () => {
  world = await openJourney(() => ({
    build: { repositories: `${REPOSITORY} acme/*`, build_secrets: `${REPOSITORY}:npm` },
  }))
  writeFileSync(join(world.state.secrets, 'github-token'), 'ghp_test')
  id = world.github.id(REPOSITORY)
})
renamed.after(() => world.close())

const web = (version: string) => ({ ...images({ web: version }), ...service('web', version) })

renamed('goes on under its new name: records, statuses, and whose its services are', async () => {
  assert.is((await world.merge(web('1.0.0'))).repository, REPOSITORY)
  await world.github.rename(REPOSITORY, STORE)
  const record = await world.merge(web('1.1.0'), STORE)
  assert.equal([record.state, record.repository, record.repositoryId], ['built', STORE, id])
  await world.badge('web', '1.1.0')
  assert.equal(await world.ledger.owner('web'), { repositoryId: id, repository: STORE })
  const shown = () => statusesAt(world.github, record.sha, STORE)
  await world.until('a status', async () => (await shown()).some(({ state }) => state === 'success'))
})
renamed('is caught up with by the name that the allow-list still has, once', async () => {
  const from = world.github.requests.length
  const { sha } = await world.github.merge(STORE, { files: web('1.2.0'), deliver: false })
  await world.catchUp()
  const record = await world.ended(sha, STORE)
  assert.equal([record.state, record.repository], ['built', STORE])
  const lists = world.github.requests.slice(from).filter(({ path }) => path.includes('/commits?'))
  assert.ok(lists.length > 0)
  assert.equal(
    lists.filter(({ path }) => path.startsWith(`/repos/${REPOSITORY}/`)),
    [],
  )
})
renamed('is built by the method under the name that was asked for', async () => {
  const ask = { service_name: 'web', version: '9.0.0', type: 'Docker', repository: REPOSITORY }
  const answer = await world.call('/function/build', ask)
  assert.is(answer.status, 200)
  const { id: build } = (await answer.json()) as { id: string }
  assert.is((await world.ledger.build('web', build))?.repository, STORE)
})
renamed('has what the operator grants to its new name, whatever it was asked for by', async () => {
  const entry = { service_name: 'web', version: '1.2.1', type: 'Docker', secrets: ['npm'] }
  const files = { ...web('1.2.1'), 'images.json': JSON.stringify([entry]) }
  const { sha, number } = await world.github.merge(STORE, { files, deliver: false })
  const claim = { repository_id: id, repository: REPOSITORY, sha, pull_request: number }
  assert.is((await world.call('/function/build', claim)).status, 202)
  assert.is(
    (await world.ended(sha, STORE)).reason,
    `web: web: the secret npm is not allowed to ${STORE}; ask the operator (build_secrets)`,
  )
})
renamed('is waited for, with the reason, where its new owner is not in the allow-list', async () => {
  const { sha, number } = await world.github.merge(STORE, { files: web('1.3.0'), deliver: false })
  await world.github.rename(STORE, AWAY)
  const claim = { repository_id: id, repository: STORE, sha, pull_request: number }
  assert.is((await world.call('/function/build', claim)).status, 202)
  const record = await world.until('the reason', async () => {
    const found = await world.ledger.merge(id, sha)
    return found?.reason !== undefined && found
  })
  assert.equal(
    [record.state, record.code, record.reason],
    ['queued', 'not_allowed', `${STORE} is called ${AWAY} now, which is not in the allow-list`],
  )
  const ask = { service_name: 'web', version: '9.1.0', type: 'Docker', repository: STORE }
  assert.is((await world.call('/function/build', ask)).status, 403)
  assert.is(
    (await world.call('/function/build', { service_name: 'web', repository: STORE, take_over: true })).status,
    403,
  )
  assert.is(await world.registry.head('web', '1.3.0'), undefined)
})
renamed.run()
