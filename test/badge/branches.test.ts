import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pageKey } from '../../functions/shared/page-key.ts'
import { sign } from '../../functions/shared/signature.ts'
import { build, merge, TIME } from './records.ts'
import { GREEN_DOCUMENT, openStage, type Stage } from './stage.ts'

const PUBLIC = { pages: 'public', public_url: 'https://builds.example' }
let stage: Stage

type Merged = { branch: string; version: string; time: number; state?: 'built' | 'failed'; service?: string }

/** A merge of web, as it stands once it is over. */
async function merged({ branch, version, time, state = 'built', service = 'web' }: Merged) {
  const sha = `${time}`.padStart(40, 'a')
  const digest = state === 'built' ? await stage.image(service, version) : undefined
  const { id, ...record } = build({ service, branch, version, time, state, digest, commit: sha })
  await stage.ledger.writeOwner(service, { repositoryId: 7, repository: 'acme/shop' })
  await stage.ledger.writeBuild({ id, ...record })
  const services = [{ name: service, version, state, build: id }]
  await stage.ledger.writeMerge(merge(state, { branch, sha, time, services, known: [service] }))
  return id
}

const ask = (path: string, branch?: string, headers: Record<string, string> = {}) =>
  stage.call(path, { query: branch === undefined ? {} : { branch }, headers })
const titleOf = async (branch?: string) => {
  const { status, body } = await ask('/web.svg', branch)
  return `${status} ${/<title>build: (.*?)<\/title>/.exec(String(body))?.[1]}`
}
const html = async (path: string, branch?: string) =>
  String((await ask(path, branch, { accept: 'text/html' })).body)

async function open(env: Record<string, string> = {}) {
  stage = await openStage({ branch: 'develop release/1.x', ...PUBLIC, ...env })
  await merged({ branch: 'develop', version: '2.0.0', time: TIME })
  await merged({ branch: 'release/1.x', version: '1.4.2', time: TIME + 1 })
}

const badges = suite('the badge of a branch')
badges.before.each(() => open())
badges.after.each(() => stage.close())
badges('is that of the first, where none is named', async () => {
  assert.equal([await titleOf(), await titleOf('develop')], ['200 2.0.0', '200 2.0.0'])
  assert.is(await titleOf('release/1.x'), '200 1.4.2')
})
badges('is the same for shields.io, in exactly its document', async () => {
  const { status, body } = await ask('/web.json', 'release/1.x')
  assert.equal([status, JSON.parse(String(body))], [200, GREEN_DOCUMENT])
})
badges('tells what goes wrong on that one alone', async () => {
  await merged({ branch: 'develop', version: '2.1.0', time: TIME + 2, state: 'failed' })
  assert.equal([await titleOf(), await titleOf('release/1.x')], ['200 2.0.0 · 2.1.0 failing', '200 1.4.2'])
})
badges('goes by a merge that came to it from another', async () => {
  await merged({ branch: 'develop release/1.x', version: '2.1.0', time: TIME + 2 })
  assert.equal([await titleOf(), await titleOf('release/1.x')], ['200 2.1.0', '200 2.1.0'])
})
badges('is never green because of what another branch has', async () => {
  await merged({ branch: 'develop', version: '1.0.0', time: TIME + 2, service: 'api' })
  const { body } = await ask('/api.json', 'release/1.x')
  assert.equal(JSON.parse(String(body)).color, 'grey')
})
badges('that is not built is unknown, and nothing is asked or kept for it', async () => {
  const before = stage.memory.calls.length
  for (const branch of ['main', 'nobody', '', 'develop '])
    for (const path of ['/web.svg', '/web.json']) {
      const { status, body } = await ask(path, branch)
      assert.is(status, 200)
      assert.match(String(body), 'unknown')
    }
  assert.is(stage.memory.calls.length, before)
})
badges('is new at once when build hints at its service, whichever it is of', async () => {
  await titleOf()
  await titleOf('release/1.x')
  await merged({ branch: 'release/1.x', version: '1.4.3', time: TIME + 2 })
  const body = '{"services":["web"]}'
  await stage.call('/', { method: 'POST', body, headers: { 'x-hub-signature-256': sign('first', body) } })
  assert.equal([await titleOf(), await titleOf('release/1.x')], ['200 2.0.0', '200 1.4.3'])
})
badges.run()

const pages = suite('pages of a branch')
pages.before.each(() => open())
pages.after.each(() => stage.close())
const versionsOf = async (branch?: string) => {
  const { body } = await ask('/web/builds.json', branch)
  const { builds } = JSON.parse(String(body)) as { builds: { version: string; branches: string[] }[] }
  return builds.map(({ version, branches }) => `${version} ${branches.join()}`)
}
pages('have its builds alone, and say of each which it is of', async () => {
  await merged({ branch: 'develop release/1.x', version: '2.1.0', time: TIME + 2 })
  assert.equal(await versionsOf(), ['2.1.0 develop,release/1.x', '2.0.0 develop'])
  assert.equal(await versionsOf('release/1.x'), ['2.1.0 develop,release/1.x', '1.4.2 release/1.x'])
  const page = await html('/web', 'release/1.x')
  assert.match(page, '>1.4.2</a>')
  assert.not.match(page, '>2.0.0</a>')
})
pages('have what stands there, however often another branch has built since', async () => {
  for (let time = TIME + 2; time < TIME + 54; time += 1)
    await stage.ledger.writeBuild(build({ time, commit: `${time}`.padStart(40, 'b') }))
  assert.equal(await versionsOf('release/1.x'), ['1.4.2 release/1.x'])
})
pages('lead to its badge, its builds.json, its README line, and to the other branches', async () => {
  const page = await html('/web', 'release/1.x')
  const query = '?branch=release%2F1.x'
  const address = 'https://builds.example/function/badge/web'
  assert.match(page, `<img src="/function/badge/web.svg${query}"`)
  assert.match(page, `href="/function/badge/web/builds.json${query}"`)
  assert.match(page, `[![build](${address}.svg${query})](${address}${query})`)
  assert.match(page, '<a href="/function/badge/web">develop</a> <b aria-current="true">release/1.x</b>')
  assert.match(await html('/', 'release/1.x'), `<h2><a href="/function/badge/web${query}">`)
  assert.match(await html('/web'), '<img src="/function/badge/web.svg"')
})
pages('of all services have those that the branch has', async () => {
  await merged({ branch: 'develop', version: '1.0.0', time: TIME + 2, service: 'api' })
  assert.match(await html('/'), '/function/badge/api"')
  assert.not.match(await html('/', 'release/1.x'), '/function/badge/api')
})
pages('of a build lead back to those of its branch', async () => {
  const id = await merged({ branch: 'release/1.x', version: '1.4.3', time: TIME + 2 })
  assert.match(await html(`/web/builds/${id}`), 'href="/function/badge/web?branch=release%2F1.x"')
})
pages('of a service that the branch does not have say so', async () => {
  await merged({ branch: 'develop', version: '1.0.0', time: TIME + 2, service: 'api' })
  const { status, body } = await ask('/api/builds.json', 'release/1.x')
  assert.equal([status, body], [404, 'not_found: api has no builds of release/1.x'])
})
for (const path of ['/', '/web', '/web/builds.json'])
  pages(`are not there for a branch that is not built: ${path}`, async () => {
    const { status, body } = await ask(path, 'main')
    const says = 'no merges into this branch are built here: ask for develop or release/1.x'
    assert.equal([status, body], [404, `not_found: ${says}`])
  })
pages.run()

const keys = suite('keys and branches')
keys.before.each(() => open({ pages: 'private' }))
keys.after.each(() => stage.close())
keys('are of a service, whatever the branch, and leave the branch in the address', async () => {
  const key = pageKey('first', 'web')
  const query = { key, branch: 'release/1.x' }
  const { status, headers } = await stage.call('/web', { query })
  assert.equal([status, headers.Location], [303, '/function/badge/web?branch=release%2F1.x'])
  const bearer = { authorization: `Bearer ${key}` }
  for (const branch of [undefined, 'develop', 'release/1.x'])
    assert.is((await ask('/web/builds.json', branch, bearer)).status, 200)
})
keys('are asked for before anything is said of branches', async () => {
  assert.is((await ask('/web', 'main')).status, 401)
})
keys.run()

const one = suite('where there is one branch')
one.before(async () => {
  stage = await openStage(PUBLIC)
  await merged({ branch: 'develop', version: '1.0.0', time: TIME })
  await merged({ branch: 'old', version: '0.9.0', time: TIME - 1 })
})
one.after(() => stage.close())
one('no page speaks of branches, and a history is that of all names it had', async () => {
  assert.not.match(await html('/web'), /Branch|\?branch/)
  assert.not.match(await html('/'), /Branch|\?branch/)
  assert.equal(await versionsOf(), ['1.0.0 develop', '0.9.0 old'])
})
one.run()
