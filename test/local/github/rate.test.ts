import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ask, get, withHub } from './hub.ts'

const TOKEN = { authorization: 'Bearer right' }
let clock = new Date('2026-01-01T00:00:00Z')
const now = () => clock
const rate = suite('rate limit')

rate.before.each(() => {
  clock = new Date('2026-01-01T00:00:00Z')
})
rate(
  'answers 403 when the hour’s requests are used, and begins again after it',
  withHub({ rate: { anonymous: 2, token: 3 }, now }, async (hub) => {
    const first = await get(hub, '')
    assert.is(first.headers.get('x-ratelimit-limit'), '2')
    assert.is(first.headers.get('x-ratelimit-remaining'), '1')
    assert.is(first.headers.get('x-ratelimit-used'), '1')
    assert.is(first.headers.get('x-ratelimit-resource'), 'core')
    assert.is(first.headers.get('x-ratelimit-reset'), String(clock.getTime() / 1000 + 3600))
    assert.ok(first.headers.get('x-github-request-id'))
    await get(hub, '')
    const refused = await get(hub, '')
    assert.is(refused.status, 403)
    assert.match(refused.body.message, /^API rate limit exceeded/)
    assert.is(refused.headers.get('x-ratelimit-remaining'), '0')
    assert.is((await get(hub, '', TOKEN)).headers.get('x-ratelimit-remaining'), '2')
    clock = new Date('2026-01-01T01:00:00Z')
    assert.is((await get(hub, '')).status, 200)
  }),
)
rate(
  'shows where one stands, for nothing',
  withHub({ rate: 2, now }, async (hub) => {
    await get(hub, '')
    for (let times = 0; times < 3; times += 1) {
      const { status, body } = await ask(hub, '/rate_limit')
      assert.is(status, 200)
      assert.is(body.rate.remaining, 1)
      assert.is(body.resources.core.limit, 2)
    }
  }),
)
rate.run()

const etags = suite('ETag')

etags(
  'answers 304 to who has the document, free of charge with a token',
  withHub({ rate: 10 }, async (hub) => {
    const first = await get(hub, '/branches/develop', TOKEN)
    const etag = first.headers.get('etag') ?? ''
    assert.match(etag, /^W\/"[0-9a-f]{64}"$/)
    const again = await get(hub, '/branches/develop', { ...TOKEN, 'if-none-match': etag })
    assert.is(again.status, 304)
    assert.is(again.body, undefined)
    assert.is(again.headers.get('x-ratelimit-used'), '1')
    await hub.push('acme/shop', { files: { a: '1' } })
    const changed = await get(hub, '/branches/develop', { ...TOKEN, 'if-none-match': etag })
    assert.is(changed.status, 200)
  }),
)
etags(
  'counts a 304 of who has no token',
  withHub({ rate: 10 }, async (hub) => {
    const etag = (await get(hub, '')).headers.get('etag') ?? ''
    const again = await get(hub, '', { 'if-none-match': etag })
    assert.is(again.status, 304)
    assert.is(again.headers.get('x-ratelimit-used'), '2')
  }),
)
etags.run()
