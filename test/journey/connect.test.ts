import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { images, type Journey, openJourney, REPOSITORY, service } from '../support/journey.ts'

const connect = suite('a repository that the allow-list names')
let world: Journey
connect.before(async () => {
  world = await openJourney(() => ({ build: { repositories: `${REPOSITORY} acme/*` } }))
  // With a token it asks at each call.
  writeFileSync(join(world.state.secrets, 'github-token'), 'ghp_test')
})
connect.after(() => world.close())

/** A catch-up by a new process, which has not asked within the minute; gives what it started. */
async function run(): Promise<string[]> {
  // It looks by itself half a second after its start, and must not be the one that finds what the call would.
  const from = world.github.requests.length
  world.github.faults.add({ match: `GET /repos/${REPOSITORY}`, status: 502 })
  await world.stack.gateway.restart('build')
  // Statuses are told again at a start, too.
  const looks = () => world.github.requests.slice(from).some(({ method }) => method === 'GET')
  await world.until('a look of its own', async () => looks())
  world.github.faults.clear()
  const answer = await world.call('/function/build', { catch_up: true })
  assert.is(answer.status, 200)
  return ((await answer.json()) as { started: string[] }).started
}

const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000)

connect('is built from the head of its branch when it is seen for the first time', async () => {
  const { sha } = await world.github.push(REPOSITORY, {
    files: { ...images({ web: '1.0.0' }), ...service('web', 'w1') },
    at: ago(60),
    deliver: false,
  })
  assert.equal(await run(), [`${REPOSITORY} ${sha}`])
  assert.is((await world.ended(sha)).state, 'built')
  await world.badge('web', '1.0.0')
})

connect('starts nothing more where nothing was missed, and costs no rate', async () => {
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

connect('is said to be caught up with, commit by commit', async () => {
  const merge = (content: string, at: Date) =>
    world.github.merge(REPOSITORY, { files: service('web', content), at, deliver: false })
  const first = await merge('w2', ago(20))
  const second = await merge('w3', ago(10))
  assert.equal(await run(), [`${REPOSITORY} ${first.sha}`, `${REPOSITORY} ${second.sha}`])
})

connect.run()
