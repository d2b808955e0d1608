import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { images, type Journey, openJourney, REPOSITORY, service } from '../support/journey.ts'

const catchUp = suite('the catch-up')
let world: Journey
catchUp.before(async () => {
  world = await openJourney(() => ({ build: { repositories: `${REPOSITORY} acme/*` } }))
  // With a token it asks at each call.
  writeFileSync(join(world.state.secrets, 'github-token'), 'ghp_test')
})
catchUp.after(() => world.close())

/** A catch-up by a new process, which has not asked within the minute; gives what it started. */
async function run(): Promise<string[]> {
  await world.stack.gateway.restart('build')
  const answer = await world.call('/function/build', { catch_up: true })
  assert.is(answer.status, 200)
  return ((await answer.json()) as { started: string[] }).started
}

const quiet = { deliver: false }

catchUp('builds the head of a repository that it sees for the first time', async () => {
  const { sha } = await world.github.push(REPOSITORY, {
    files: { ...images({ web: '1.0.0' }), ...service('web', 'w1') },
    ...quiet,
  })
  assert.equal(await run(), [`${REPOSITORY} ${sha}`])
  assert.is((await world.ended(sha)).state, 'built')
  await world.badge('web', '1.0.0')
})

catchUp('starts nothing where nothing was missed, and costs no rate', async () => {
  await run()
  const from = world.github.requests.length
  await world.until('a second catch-up of one process', async () => {
    const answer = await world.call('/function/build', { catch_up: true })
    return (await answer.text()).includes('less than a minute ago')
  })
  assert.equal(await run(), [])
  const asked = world.github.requests.slice(from).filter(({ path }) => /\/(pulls|commits)\?/.test(path))
  assert.is(asked.length, 2, JSON.stringify(asked.map(({ path }) => path)))
})

catchUp('builds merges whose deliveries were never sent, oldest first', async () => {
  const first = await world.github.merge(REPOSITORY, {
    files: { ...images({ web: '1.1.0' }), ...service('web', 'w2') },
    ...quiet,
  })
  const second = await world.github.merge(REPOSITORY, {
    files: { ...images({ web: '1.2.0' }), ...service('web', 'w3') },
    method: 'squash',
    ...quiet,
  })
  assert.equal(await run(), [`${REPOSITORY} ${first.sha}`, `${REPOSITORY} ${second.sha}`])
  assert.is((await world.ended(first.sha)).state, 'built')
  assert.is((await world.ended(second.sha)).state, 'built')
  await world.badge('web', '1.2.0')
})

catchUp('does not bring back an image that somebody deleted', async () => {
  const digest = await world.registry.head('web', '1.2.0')
  await world.registry.deleteManifest('web', digest ?? '')
  assert.equal(await run(), [])
  assert.is((await world.badge('web', '1.2.0 missing')).color, 'red')
})

catchUp('ignores ordinary commits, and merges from before the start', async () => {
  await world.github.push(REPOSITORY, { files: { 'README.md': 'more\n' }, ...quiet })
  const old = new Date('2020-01-01T00:00:00Z')
  await world.github.create('acme/old', { files: { 'README.md': '# old\n' } }, { at: old })
  await world.github.merge('acme/old', {
    files: { ...images({ old: '0.1.0' }), ...service('old', 'o1') },
    at: old,
    ...quiet,
  })
  const record = await world.merge({ ...images({ old: '1.0.0' }), ...service('old', 'o2') }, 'acme/old')
  assert.is(record.state, 'built', record.reason)
  assert.equal(await run(), [])
  assert.is(await world.registry.head('old', '0.1.0'), undefined)
})

catchUp(
  'starts a repository with the first merge that it is told of, not with what was pushed since',
  async () => {
    await world.github.create('acme/told', { files: { 'README.md': '# told\n' } })
    await world.merge({ ...images({ told: '1.0.0' }), ...service('told', 't1') }, 'acme/told')
    await world.github.push('acme/told', { files: service('told', 't2'), ...quiet })
    assert.equal(await run(), [])
  },
)

catchUp.run()
