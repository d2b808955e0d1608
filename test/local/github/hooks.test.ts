import { createHmac } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Rights } from '../../../local/github/rights.ts'
import type { LocalGitHub } from '../../../local/github/server.ts'
import { ask, type Document, receiver, withHub } from './hub.ts'

const HOOKS = '/repos/acme/shop/hooks'
const there = await receiver()
const CONFIG = { url: there.url, content_type: 'json', secret: 'topsecret', insecure_ssl: '0' }
const WANTED = { name: 'web', active: true, events: ['pull_request', 'push'], config: CONFIG }

async function call(hub: LocalGitHub, method: string, path: string, body?: unknown, token = 'any') {
  const authorization: Record<string, string> = token === '' ? {} : { authorization: `Bearer ${token}` }
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
  return ask(hub, HOOKS + path, { method, headers: authorization, ...sent })
}

/** The delivery log of a webhook, once it has so many entries; newest first. */
async function logOf(hub: LocalGitHub, id: number, entries: number): Promise<Document> {
  const end = Date.now() + 10_000
  for (;;) {
    const { body } = await call(hub, 'GET', `/${id}/deliveries`)
    if (body.length >= entries || Date.now() > end) return body
    await sleep(5)
  }
}

const hooks = suite('webhooks by the API')
hooks.before.each(() => {
  there.received.length = 0
})

hooks(
  'are made, shown without their secret, and pinged',
  withHub({}, async (hub, folder) => {
    const made = await call(hub, 'POST', '', WANTED)
    assert.is(made.status, 201)
    const { id, url } = made.body
    assert.is(made.headers.get('location'), url)
    assert.is(url, `${hub.url}${HOOKS}/${id}`)
    assert.equal([made.body.type, made.body.name, made.body.active], ['Repository', 'web', true])
    assert.equal(made.body.config, { ...CONFIG, secret: '********' })
    assert.equal(made.body.last_response, { code: null, status: 'unused', message: null })
    const [ping] = await logOf(hub, id, 1)
    assert.equal([ping.event, ping.action, ping.status_code, ping.status], ['ping', null, 202, 'OK'])
    assert.equal([ping.redelivery, ping.delivered_at.length], [false, '2026-01-01T00:00:00Z'.length])
    const [sent] = there.received
    assert.is(sent?.headers['x-github-delivery'], ping.guid)
    assert.is(sent?.headers['x-github-hook-id'], String(id))
    const mac = createHmac('sha256', 'topsecret').update(sent?.body ?? '')
    assert.is(sent?.headers['x-hub-signature-256'], `sha256=${mac.digest('hex')}`)
    const shown = await call(hub, 'GET', `/${id}`)
    assert.equal(shown.body.last_response, { code: 202, status: 'active', message: 'OK' })
    assert.equal((await call(hub, 'GET', '')).body, [shown.body])
    assert.match(readFileSync(join(folder, 'acme/shop.json'), 'utf8'), /topsecret/)
  }),
)
hooks(
  'hear of the events they asked for, while they are active',
  withHub({}, async (hub) => {
    const { id } = (await call(hub, 'POST', '', { config: CONFIG })).body
    await logOf(hub, id, 1)
    const merged = await hub.merge('acme/shop', { files: { a: '1' } })
    assert.equal(
      merged.deliveries.map(({ event, status }) => [event, status]),
      [['push', 202]],
    )
    await call(hub, 'PATCH', `/${id}`, { events: ['*'] })
    await hub.merge('acme/shop', { files: { a: '2' } })
    await call(hub, 'PATCH', `/${id}`, { active: false })
    await hub.merge('acme/shop', { files: { a: '3' } })
    await hub.merge('acme/shop', { files: { a: '4' }, deliver: false })
    const log: Document[] = await logOf(hub, id, 4)
    assert.equal(
      log.map(({ event, action }) => [event, action]),
      [
        ['pull_request', 'closed'],
        ['push', null],
        ['push', null],
        ['ping', null],
      ],
    )
  }),
)
hooks(
  'keep what was sent and answered, and send it again to where they lead now',
  withHub({}, async (hub) => {
    const { id } = (
      await call(hub, 'POST', '', { ...WANTED, config: { ...CONFIG, url: 'http://127.0.0.1:1/' } })
    ).body
    const [failed] = await logOf(hub, id, 1)
    assert.equal([failed.status_code, failed.status], [502, 'failed to connect to host'])
    await call(hub, 'PATCH', `/${id}`, { config: CONFIG })
    const again = await call(hub, 'POST', `/${id}/deliveries/${failed.id}/attempts`)
    assert.equal([again.status, again.body], [202, {}])
    const [redelivered] = await logOf(hub, id, 2)
    assert.equal([redelivered.guid, redelivered.redelivery], [failed.guid, true])
    const whole = (await call(hub, 'GET', `/${id}/deliveries/${redelivered.id}`)).body
    assert.is(whole.request.payload.zen, 'Keep it logically awesome.')
    assert.is(whole.request.headers['x-github-event'], 'ping')
    assert.equal([whole.response.payload, whole.url], ['{"enqueued":true}', there.url])
    const page = await call(hub, 'GET', `/${id}/deliveries?per_page=1`)
    assert.equal([page.body.length, page.body[0].id], [1, redelivered.id])
    const next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1] ?? ''
    const second = await fetch(next, { headers: { authorization: 'Bearer any' } })
    assert.equal(((await second.json()) as Document)[0].id, failed.id)
    assert.is(second.headers.get('link'), null)
  }),
)
hooks(
  'ping when asked, send a form if nothing else was said, unsigned without a secret, and are taken away',
  withHub({}, async (hub) => {
    const { id, events, config } = (await call(hub, 'POST', '', { config: { url: there.url } })).body
    assert.equal(events, ['push'])
    assert.equal(config, { content_type: 'form', insecure_ssl: '0', url: there.url })
    assert.is((await call(hub, 'POST', `/${id}/pings`)).status, 204)
    await logOf(hub, id, 2)
    const { headers, body } = there.received[1] ?? { headers: {}, body: Buffer.alloc(0) }
    assert.is(headers['content-type'], 'application/x-www-form-urlencoded')
    assert.is(headers['x-hub-signature-256'], undefined)
    assert.is(JSON.parse(new URLSearchParams(body.toString()).get('payload') ?? '').hook_id, id)
    assert.is((await call(hub, 'DELETE', `/${id}`)).status, 204)
    assert.is((await call(hub, 'GET', `/${id}`)).status, 404)
    assert.equal((await call(hub, 'GET', '')).body, [])
  }),
)
hooks(
  'lose the secret with a change of config that names none',
  withHub({}, async (hub) => {
    const { id } = (await call(hub, 'POST', '', WANTED)).body
    const { secret: _, ...open } = CONFIG
    assert.equal((await call(hub, 'PATCH', `/${id}`, { config: open })).body.config, open)
  }),
)
hooks(
  'are told apart by URL and events',
  withHub({}, async (hub) => {
    const first = (await call(hub, 'POST', '', WANTED)).body
    const same = await call(hub, 'POST', '', { ...WANTED, events: ['push', 'issues'] })
    assert.equal(
      [same.status, same.body.message, same.body.errors[0].message],
      [422, 'Validation Failed', 'Hook already exists on this repository'],
    )
    assert.is((await call(hub, 'POST', '', { ...WANTED, events: ['issues'] })).status, 201)
    const other = { ...CONFIG, url: `${there.url}?2` }
    const second = (await call(hub, 'POST', '', { ...WANTED, config: other })).body
    assert.is((await call(hub, 'PATCH', `/${second.id}`, { config: CONFIG })).status, 422)
    assert.is((await call(hub, 'PATCH', `/${first.id}`, WANTED)).status, 200)
  }),
)
hooks(
  'are none in a repository from before there were any',
  withHub({}, async (hub, folder) => {
    const file = join(folder, 'acme/shop.json')
    const { hooks: _, ...old } = JSON.parse(readFileSync(file, 'utf8'))
    writeFileSync(file, JSON.stringify(old))
    assert.equal((await call(hub, 'GET', '')).body, [])
    assert.is((await hub.merge('acme/shop', { files: { a: '1' } })).deliveries.length, 0)
    assert.is((await call(hub, 'POST', '', WANTED)).status, 201)
  }),
)

const REFUSED: [title: string, body: unknown, status: number, message: string][] = [
  ['what is no JSON', '{', 400, 'Problems parsing JSON'],
  ['no config', { events: ['push'] }, 422, 'Config must contain URL for webhooks'],
  ['no URL', { config: { content_type: 'json' } }, 422, 'Config must contain URL for webhooks'],
  [
    'a URL without a scheme',
    { config: { url: 'shop.example/x' } },
    422,
    "The URL you've entered is not valid",
  ],
  ['another scheme', { config: { url: 'ftp://shop.example' } }, 422, "The URL you've entered is not valid"],
  ['a quote in the URL', { config: { url: 'http://a/"' } }, 422, "The URL you've entered is not valid"],
  ['an unknown event', { ...WANTED, events: ['push', 'merge'] }, 422, 'not allowed for this hook: merge'],
  ['no event', { ...WANTED, events: [] }, 422, 'events must be a list'],
  ['another name', { ...WANTED, name: 'email' }, 422, 'name must be web'],
  ['another content type', { config: { ...CONFIG, content_type: 'xml' } }, 422, 'content_type'],
]
for (const [title, body, status, message] of REFUSED)
  hooks(
    `are refused with ${title}`,
    withHub({}, async (hub) => {
      const refused = await call(hub, 'POST', '', body)
      assert.is(refused.status, status)
      assert.ok(JSON.stringify(refused.body).includes(message), JSON.stringify(refused.body))
      assert.equal((await call(hub, 'GET', '')).body, [])
    }),
  )
hooks.run()

const rights = suite('who may handle webhooks')
const TOKENS: Record<string, Rights> = {
  classic: { scopes: ['repo'] },
  hooks: { scopes: ['write:repo_hook'] },
  reading: { scopes: ['read:repo_hook', 'user'] },
  small: { scopes: ['repo:status'] },
  fine: { permissions: { repository_hooks: 'write' } },
  looking: { permissions: { repository_hooks: 'read', contents: 'write' } },
  contents: { permissions: { contents: 'read' } },
}
const MAY: [token: string, read: number, write: number, scopes: string | null][] = [
  ['', 404, 404, null],
  ['unknown', 401, 401, null],
  ['classic', 200, 201, 'repo'],
  ['hooks', 200, 201, 'write:repo_hook'],
  ['reading', 200, 404, 'read:repo_hook, user'],
  ['small', 404, 404, 'repo:status'],
  ['fine', 200, 201, null],
  ['looking', 200, 403, null],
  ['contents', 403, 403, null],
]
for (const [token, read, write, scopes] of MAY)
  rights(
    `${token || 'no token'}: GET ${read}, POST ${write}`,
    withHub({ tokens: TOKENS }, async (hub) => {
      const seen = await call(hub, 'GET', '', undefined, token)
      assert.equal([seen.status, seen.headers.get('x-oauth-scopes')], [read, scopes])
      const made = await call(hub, 'POST', '', WANTED, token)
      assert.is(made.status, write)
      if (write === 403) assert.is(made.body.message, 'Resource not accessible by personal access token')
      if (write === 201)
        assert.is((await call(hub, 'DELETE', `/${made.body.id}`, undefined, token)).status, 204)
    }),
  )
rights.after(() => there.close())
rights.run()
