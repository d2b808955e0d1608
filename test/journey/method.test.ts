import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { images, name, openWorld, REPOSITORY, service, type World } from '../support/journey.ts'

const method = suite('the build method on its own')
const web = name('web')
const tool = name('tool')
const bad = name('bad')
let world: World
method.before(async () => {
  world = await openWorld()
  await world.merge({ ...images({ [web]: '1.0.0' }), ...service(web, 'w1') })
})
method.after(() => world.close())

const ask = { service_name: web, version: '1.0.0', type: 'Docker', repository: REPOSITORY }
type Answer = Record<string, string>

async function call(body: object, headers: Record<string, string> = {}): Promise<[number, Answer]> {
  const answer = await world.call('/function/build', body, 'payload-secret', headers)
  return [answer.status, (await answer.json()) as Answer]
}

method('finds a version unchanged and says which image it is', async () => {
  const [status, answer] = await call(ask)
  assert.is(status, 200, answer.message)
  assert.is(answer.state, 'unchanged')
  const history = await world.page(`${web}/builds.json`)
  const { builds } = (await history.json()) as { builds: { image: string }[] }
  assert.is(answer.image, builds[0]?.image)
  assert.match(answer.image ?? '', new RegExp(`^[^/]+/${web}:1\\.0\\.0$`))
  assert.is(answer.digest, await world.registry.head(web, '1.0.0'))
})

method('builds another version of the same commit, and the badge follows it', async () => {
  const [status, answer] = await call({ ...ask, version: '1.0.1' })
  assert.is(status, 200, answer.message)
  assert.is(answer.state, 'built')
  assert.is(answer.digest, await world.registry.head(web, '1.0.1'))
  assert.equal(await world.registry.tags(`staging/${web}`), [])
})

method('builds a service that images.json does not name, from the folder of its name', async () => {
  await world.github.push(REPOSITORY, { files: service(tool, 't1') })
  const [status, answer] = await call({ ...ask, service_name: tool, version: '0.1.0' })
  assert.is(status, 200, answer.message)
  assert.is((await world.badge(tool, '0.1.0')).color, 'green')
})

method('refuses a version that is taken by other sources', async () => {
  await world.github.push(REPOSITORY, { files: service(tool, 't2') })
  const [status, answer] = await call({ ...ask, service_name: tool, version: '0.1.0' })
  assert.is(status, 409)
  assert.match(answer.message ?? '', new RegExp(`version 0\\.1\\.0 of ${tool} is taken; raise it`))
})

method('builds any commit that the operator names', async () => {
  const { sha } = await world.github.commitAside(REPOSITORY, {
    branch: 'feature',
    files: service(web, 'aside'),
  })
  const [status, answer] = await call({ ...ask, version: '2.0.0-feature', sha })
  assert.is(status, 200, answer.message)
  assert.is(answer.commit, sha)
})

method('answers a failed build with the end of its log', async () => {
  await world.github.push(REPOSITORY, { files: { [`${bad}/Dockerfile`]: 'FROM scratch\nCOPY missing /\n' } })
  const [status, answer] = await call({ ...ask, service_name: bad })
  assert.is(status, 422)
  assert.match(answer.log ?? '', /COPY missing/)
  assert.is(await world.registry.head(bad, '1.0.0'), undefined)
})

method('answers at once where the caller does not want to wait', async () => {
  const [status, answer] = await call({ ...ask, version: '1.0.2' }, { prefer: 'respond-async' })
  assert.is(status, 202)
  assert.match(answer.record ?? '', new RegExp(`/function/badge/${web}/builds\\.json$`))
  await world.until('the image', () => world.registry.head(web, '1.0.2'))
})

method('refuses type AMI where no disk can be made, and publishes nothing', async () => {
  const [status, answer] = await call({ ...ask, type: 'AMI', version: '9' })
  // The service ami is not there, or is away; where it is, this image has no command that a machine could run.
  assert.ok([422, 503].includes(status), answer.message)
  assert.match(answer.message ?? '', /disk|service ami|ENTRYPOINT/)
  assert.is(await world.registry.head(web, '9'), undefined)
})

method('refuses what it cannot understand, each with a sentence', async () => {
  const refusals: [object, number, RegExp][] = [
    [{ ...ask, ref: 'no-such-branch' }, 400, /no commit no-such-branch/],
    [{ ...ask, service_name: 'No/Name' }, 400, /service_name/],
    [{ ...ask, colour: 'red' }, 400, /unknown key colour/],
  ]
  for (const [body, status, sentence] of refusals) {
    const [got, answer] = await call(body)
    assert.is(got, status, JSON.stringify(body))
    assert.match(answer.message ?? '', sentence)
  }
})

method('refuses a call that is not signed with the payload secret', async () => {
  const unsigned = await fetch(`${world.gateway}/function/build`, {
    method: 'POST',
    body: JSON.stringify(ask),
  })
  assert.is(unsigned.status, 401)
  assert.is((await world.call('/function/build', ask, 'webhook-secret')).status, 401)
})

method('gives a service to another repository when the operator says so', async () => {
  const other = `acme/${name('new')}`
  await world.github.create(other, { files: { 'README.md': '# new\n' } })
  const [status, answer] = await call({ service_name: web, repository: other, take_over: true })
  assert.is(status, 200, answer.message)
  assert.is(answer.before, REPOSITORY)
  const record = await world.merge({ ...images({ [web]: '3.0.0' }), ...service(web, 'new') }, other)
  assert.is(record.state, 'built', record.reason)
  await world.badge(web, '3.0.0')
})

method.run()
