import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pageKey } from '../../functions/shared/page-key.ts'
import { sign } from '../../functions/shared/signature.ts'
import { shop } from '../browser/shop.ts'
import { merge } from './records.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
const now = Date.now()
const HINT = '{"services":["web"]}'
const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const text = async (path = '/') => String((await stage.call(path, { headers: browser })).body)
const hint = () =>
  stage.call('/', { method: 'POST', body: HINT, headers: { 'x-hub-signature-256': sign('first', HINT) } })

/** What a person reads: without markup, one space between words. */
const read = (page: string) =>
  page
    .replace(/<(style|script)>.*?<\/\1>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')

const all = suite('badge page of all services')
all.before.each(async () => {
  stage = await openStage({ pages: 'public', github_url: 'https://git.example' })
})
all.after.each(() => stage.close())
all('shows each service: badge, version, state in words, when, and from which merge', async () => {
  await shop(stage, now)
  const page = await text()
  const [, row = ''] = /<li>(<div class="what">(?:(?!<\/li>).)*\/checkout.*?)<\/li>/s.exec(page) ?? []
  assert.match(
    read(row),
    /checkout 1\.5\.9 1\.5\.9 failed Show the basket on every page #241 \w{7} acme\/checkout version 1\.5\.9 of checkout is taken; raise it build 1\.5\.9 · 1\.5\.9 failing 2 hours ago \d+ \w+ 20\d\d, \d\d:\d\d UTC/,
  )
  assert.match(row, 'href="/function/badge/checkout"')
  assert.match(row, 'href="https://git.example/acme/checkout/pull/241"')
  assert.match(row, /href="https:\/\/git\.example\/acme\/checkout\/commit\/[0-9a-f]{40}"/)
  assert.match(row, /<time datetime="20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ">/)
})
all('has what needs a look first, and retired services below', async () => {
  await shop(stage, now)
  const page = await text()
  const names = [...page.matchAll(/<h2><a [^>]*>(\w+)</g)].map(([, name]) => name)
  assert.equal(names, ['checkout', 'api', 'mailer', 'pictures', 'search', 'web', 'legacy'])
  assert.match(read(page), 'Services 1 failing, 1 building, 1 waiting, 3 published')
  assert.ok(page.indexOf('>Retired<') < page.indexOf('>legacy<'))
  assert.ok(page.indexOf('>Retired<') > page.indexOf('>web<'))
})
all('marks what is of type AMI, and nothing else', async () => {
  await shop(stage, now)
  const rows = (await text()).split('<li>').slice(1)
  assert.equal(
    rows
      .filter((row) => row.includes('<span class="version">AMI</span>'))
      .map((row) => /badge\/(\w+)"/.exec(row)?.[1]),
    ['search'],
  )
})
all('says so when nothing has ever been built', async () => {
  assert.match(read(await text()), 'Nothing has been built yet.')
})
all('loads itself again while something is building, and not otherwise', async () => {
  assert.not.match(await text(), 'http-equiv="refresh"')
  await shop(stage, now)
  await hint()
  assert.match(await text(), '<noscript><meta http-equiv="refresh" content="10"></noscript>')
})
all('asks the registry for the newest merge of a repository once, and keeps what it read', async () => {
  await shop(stage, now)
  for (const name of ['one', 'two'])
    await stage.ledger.writeOwner(name, { repositoryId: 7, repository: 'acme/shop' })
  const start = stage.memory.calls.length
  await Promise.all([text(), text()])
  const calls = stage.memory.calls.slice(start)
  assert.is(calls.filter((call) => call === 'GET /v2/merges/7/manifests/newest').length, 1)
  assert.is(new Set(calls).size, calls.length)
  await text()
  assert.is(stage.memory.calls.length, start + calls.length)
})
all('is new at once after a hint of build', async () => {
  await shop(stage, now)
  assert.match(
    await text(),
    />web<\/a><\/h2><span class="version">1\.6\.0<\/span><span class="state done green">/,
  )
  const services = [{ name: 'web', version: '2.0.0', state: 'building' as const, build: 'x' }]
  await stage.ledger.writeMerge(merge('building', { time: now, services }))
  await hint()
  assert.match(read(await text()), 'web 1.6.0 building 2.0.0')
})
all.run()

const access = suite('badge page of all services')
access.before.each(async () => {
  stage = await openStage()
})
access.after.each(() => stage.close())
access('opens with the key of all services, and no other', async () => {
  const key = pageKey('first', '*')
  const reply = await stage.call('/', { query: { key } })
  assert.equal([reply.status, reply.headers.Location], [303, '/function/badge/'])
  const cookie = `artefacto-key=${key}; HttpOnly; SameSite=Lax; Path=/function/badge`
  assert.is(reply.headers['Set-Cookie'], cookie)
  const stale = `artefacto-key=${pageKey('old', '*')}; artefacto-key=${key}`
  assert.is((await stage.call('/', { headers: { cookie: stale } })).status, 200)
  const other = { cookie: `artefacto-key=${pageKey('first', 'web')}` }
  assert.match(String((await stage.call('/', { headers: other })).body), /^key/)
})
access('tells a person without a key what to do, and a script in its own words', async () => {
  const page = await stage.call('/', { headers: browser })
  assert.equal([page.status, page.headers['Cache-Control']], [401, 'no-store'])
  assert.match(read(String(page.body)), 'This page opens with a key Ask whoever runs artefacto here')
  assert.match(String(page.body), '<input id="key" name="key" type="password"')
  assert.match(String((await stage.call('/')).body), /^key: this page opens with a key/)
  const wrong = await stage.call('/', { headers: browser, query: { key: 'x' } })
  assert.match(read(String(wrong.body)), 'That key does not open this page.')
})
access('is 404 in the same style where there is nothing', async () => {
  await stage.close()
  stage = await openStage({ pages: 'public' })
  for (const path of ['/nobody', '/nobody/builds.json', '/web/builds/x', '/_/metrics']) {
    const page = await stage.call(path, { headers: browser })
    assert.equal([page.status, page.headers['Content-Type']], [404, 'text/html; charset=utf-8'], path)
    assert.match(read(String(page.body)), 'There is nothing here')
    assert.match(String((await stage.call(path)).body), /^not_found/)
  }
})
access('says that the registry does not answer', async () => {
  await stage.close()
  stage = await openStage({ pages: 'public' })
  stage.memory.fail(() => 500)
  for (const path of ['/', '/web']) {
    const page = await stage.call(path, { headers: browser })
    assert.is(page.status, 502)
    assert.match(read(String(page.body)), /cannot be shown now The registry answered 500/)
  }
  stage.memory.fail(undefined)
  assert.is((await stage.call('/', { headers: browser })).status, 200, 'a failure is not kept')
})
access.run()
