import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pageKey } from '../../functions/shared/page-key.ts'
import { images, type Journey, openJourney, REPOSITORY, service } from '../support/journey.ts'
import { latest, type Status, statusesAt } from '../support/statuses.ts'

const POST = /^POST .*\/statuses\//

const statuses = suite('commit statuses')
let world: Journey
const token = (text: string) => writeFileSync(join(world.state.secrets, 'github-token'), text)
statuses.before(async () => {
  world = await openJourney()
  token('ghp_test')
})
statuses.after(() => world.close())

/** What GitHub shows at a commit once it has a last word for every one of these contexts. */
async function shown(sha: string, contexts: string[], repository = REPOSITORY): Promise<Status[]> {
  return world.until(`a last word on ${contexts.join(', ')}`, async () => {
    const all = await statusesAt(world.github, sha, repository)
    const words = latest(all)
    return contexts.every((context) => words[context] && !words[context].startsWith('pending')) && all
  })
}
const BOTH = ['artefacto/web', 'artefacto/api']

statuses('follow a good merge from its building to its digest, with a link to its build', async () => {
  const files = {
    ...images({ web: '1.0.0', api: '1.0.0' }),
    ...service('web', 'w1'),
    ...service('api', 'a1'),
  }
  const record = await world.merge(files)
  const all = await shown(record.sha, BOTH)
  assert.equal(
    all.filter(({ context }) => context === 'artefacto/web').map(({ state }) => state),
    ['pending', 'success'],
  )
  assert.is(all[0]?.description, 'building 1.0.0')
  const web = record.services.find(({ name }) => name === 'web')
  const digest = await world.registry.head('web', '1.0.0')
  const last = all.findLast(({ context }) => context === 'artefacto/web')
  assert.is(last?.description, `1.0.0 published as ${digest?.slice(0, 19)}`)
  assert.is(last?.target_url, `${world.gateway}/function/badge/web/builds/${web?.build}`)
  const build = await world.ledger.build('web', web?.build ?? '')
  assert.equal([build?.title, build?.untold], ['A change', undefined])
})

statuses('say that a service is unchanged, and why another failed', async () => {
  const broken = { 'web/Dockerfile': 'FROM scratch\nCOPY missing /\n' }
  const record = await world.merge({ ...images({ web: '1.1.0', api: '1.0.0' }), ...broken })
  const words = latest(await shown(record.sha, BOTH))
  const digest = await world.registry.head('api', '1.0.0')
  assert.is(words['artefacto/api'], `success: 1.0.0 unchanged, ${digest?.slice(0, 19)}`)
  assert.match(words['artefacto/web'] ?? '', /^failure: .*missing/)
})

statuses('say that a version is taken, and which sibling was held for it', async () => {
  const record = await world.merge({
    ...images({ web: '1.0.0', api: '1.1.0' }),
    ...service('web', 'w2'),
    ...service('api', 'a2'),
  })
  assert.equal(latest(await shown(record.sha, BOTH)), {
    'artefacto/web': 'failure: version 1.0.0 of web is taken; raise it',
    'artefacto/api': 'failure: held, because of web: version 1.0.0 of web is taken; raise it',
  })
})

statuses('say of the whole merge that images.json cannot be used, or is gone', async () => {
  const invalid = await world.merge({ 'images.json': '[{"service_name":"web"}]' })
  assert.match(
    latest(await shown(invalid.sha, ['artefacto'])).artefacto ?? '',
    /^failure: images\.json: \/0: "version" is missing/,
  )
  const gone = await world.merge({ 'images.json': null })
  assert.equal(latest(await shown(gone.sha, ['artefacto'])), {
    artefacto: 'failure: there is no images.json at the root of the repository',
  })
})

statuses(
  'carry the key of the pages where the repository is private, and of its own services only',
  async () => {
    const repository = 'acme/private'
    await world.github.create(repository, { files: { 'README.md': '#\n' } }, { private: true })
    const files = {
      ...images({ vault: '1.0.0', web: '9' }),
      ...service('vault', 'v1'),
      ...service('web', 'x'),
    }
    const { sha } = await world.github.merge(repository, { files })
    const all = await shown(sha, ['artefacto/vault', 'artefacto/web'], repository)
    const link = (name: string) => all.findLast(({ context }) => context === `artefacto/${name}`)?.target_url
    const key = pageKey(world.secret('payload-secret'), 'vault')
    assert.match(link('vault') ?? '', new RegExp(`/function/badge/vault/builds/[0-9a-f-]+\\?key=${key}$`))
    assert.is(link('web'), `${world.gateway}/function/badge/`)
    assert.is(latest(all)['artefacto/web'], `failure: web belongs to ${REPOSITORY}`)
  },
)

statuses('are not asked for by a push that is no merge, and not by a method call', async () => {
  const from = world.github.requests.length
  const { sha } = await world.github.push(REPOSITORY, { files: { 'README.md': 'more' } })
  await world.until('the word of build', async () =>
    world.github.requests.some(({ path }) => path.endsWith(`/commits/${sha}`)),
  )
  const ask = { service_name: 'tool', version: '1', type: 'Docker', repository: REPOSITORY }
  await world.github.merge(REPOSITORY, { files: service('tool', 't1'), deliver: false })
  assert.is((await world.call('/function/build', ask)).status, 200)
  const asked = world.github.requests.slice(from).filter(({ method }) => method === 'POST')
  assert.equal(asked, [])
})

statuses('that GitHub did not take are told later, the last word alone', async () => {
  world.github.faults.add({ match: POST, status: 502 })
  const record = await world.merge({ ...images({ web: '1.2.0' }), ...service('web', 'w3') })
  assert.is(record.state, 'built', record.reason)
  assert.equal(await statusesAt(world.github, record.sha), [])
  world.github.faults.clear()
  const next = await world.merge({ ...images({ web: '1.3.0' }), ...service('web', 'w4') })
  await shown(next.sha, ['artefacto/web'])
  const all = await shown(record.sha, ['artefacto/web'])
  assert.equal(
    all.map(({ state }) => state),
    ['success'],
  )
})

statuses('of a merge whose process died after its last record are told by the next one', async () => {
  world.github.faults.add({ match: POST, drop: true })
  const record = await world.merge({ ...images({ web: '1.4.0' }), ...service('web', 'w5') })
  const pid = world.stack.gateway.pid('build')
  assert.ok(pid)
  process.kill(pid, 'SIGKILL')
  world.github.faults.clear()
  await world.catchUp()
  assert.match(
    latest(await shown(record.sha, ['artefacto/web']))['artefacto/web'] ?? '',
    /^success: 1\.4\.0 published as sha256:/,
  )
})

statuses('that a token may not write are said to be missing', async () => {
  world.github.faults.add({ match: POST, status: 403 })
  const first = await world.merge({ ...images({ web: '1.5.0' }), ...service('web', 'w6') })
  assert.is(first.state, 'built', first.reason)
  await world.until('a line that says so', async () =>
    world.lines.some((line) => line.includes('statuses_refused')),
  )
  const second = await world.merge({ ...images({ web: '1.6.0' }), ...service('web', 'w7') })
  world.github.faults.clear()
  const build = await world.ledger.build('web', second.services[0]?.build ?? '')
  assert.is(build?.untold, 'GitHub refused the token (HTTP 403): it needs write access to commit statuses')
})

statuses('are not asked for without a token, and the record says so', async () => {
  rmSync(join(world.state.secrets, 'github-token'))
  const record = await world.merge({ ...images({ web: '1.7.0' }), ...service('web', 'w8') })
  assert.is(record.state, 'built', record.reason)
  const build = await world.ledger.build('web', record.services[0]?.build ?? '')
  assert.is(build?.untold, 'there is no github-token')
  const asked = world.github.requests.filter(
    ({ method, path }) => method === 'POST' && path.includes(record.sha),
  )
  assert.equal(asked, [])
})

statuses.run()
