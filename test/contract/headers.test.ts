import { gunzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Contract, openContract } from './world.ts'

// Each title ends with the source of its fact: a file of the public sources of OpenFaaS, or [run]: seen on
// gateway 0.27.5, faas-provider of faasd 0.19.0, of-watchdog 0.10.9 and the node22 template with Express 5.3.
const headers = suite('headers')
let world: Contract
headers.before(async () => {
  world = await openContract()
})
headers.after(() => world.close())

const KEPT = {
  'x-own': '1',
  authorization: 'Bearer x',
  'x-hub-signature-256': 'sha256=00',
  accept: 'text/plain',
}
headers('a caller’s own headers reach the function (faas gateway/handlers/forwarding_proxy.go)', async () => {
  const given = await world.given('', { headers: KEPT })
  for (const [name, value] of Object.entries(KEPT)) assert.is(given.headers[name], value, name)
})
headers('Connection, TE and other hop-by-hop headers do not (forwarding_proxy.go hopHeaders)', async () => {
  const sent = { te: 'trailers', 'proxy-connection': 'x', 'proxy-authorization': 'x', 'keep-alive': 'x' }
  const given = await world.given('', { headers: sent })
  for (const name of Object.keys(sent)) assert.is(given.headers[name], undefined, name)
})
headers(
  'Content-Length is dropped, the body comes in chunks (forwarding_proxy.go sets none; [run])',
  async () => {
    const given = await world.given('', { method: 'POST', body: 'x' })
    const { 'content-length': length, 'transfer-encoding': encoding } = given.headers
    assert.equal([length, encoding], [undefined, 'chunked'])
  },
)
headers('a POST without a body has Content-Length 0 (Go net/http; [run])', async () => {
  const given = await world.given('', { method: 'POST', body: '' })
  const { 'content-length': length, 'transfer-encoding': encoding } = given.headers
  assert.equal([length, encoding], ['0', undefined])
})
headers(
  'the gateway asks for gzip where the caller did not ask, and inflates (Go net/http; [run])',
  async () => {
    const given = await world.given('')
    assert.is(given.headers['accept-encoding'], 'gzip')
    const answer = await world.call('/function/probe?answer=gzip')
    assert.equal([answer.text, answer.headers['content-encoding']], ['inflated', undefined])
  },
)
headers('who asks for gzip gets what the function answered (Go net/http; [run])', async () => {
  const answer = await world.call('/function/probe?answer=gzip', { headers: { 'accept-encoding': 'gzip' } })
  assert.equal([gunzipSync(answer.body).toString(), answer.headers['content-encoding']], ['inflated', 'gzip'])
})
headers('a caller without User-Agent is Go-http-client/1.1 (Go net/http; [run])', async () => {
  assert.is((await world.given('')).headers['user-agent'], 'Go-http-client/1.1')
  const sent = { 'user-agent': 'GitHub-Hookshot/1' }
  assert.is((await world.given('', { headers: sent })).headers['user-agent'], 'GitHub-Hookshot/1')
})
headers('a missing Content-Type is text/plain (templates node22/index.js)', async () => {
  assert.is((await world.given('')).headers['content-type'], 'text/plain')
})

headers('X-Call-Id is made, told to the function and to the caller (callid_middleware.go)', async () => {
  const answer = await world.call('/function/probe')
  assert.match(String(answer.headers['x-call-id']), /^[0-9a-f-]{36}$/)
  assert.is(JSON.parse(answer.text).headers['x-call-id'], answer.headers['x-call-id'])
})
headers('a caller’s X-Call-Id is kept and not echoed (callid_middleware.go)', async () => {
  const answer = await world.call('/function/probe', { headers: { 'x-call-id': 'mine' } })
  assert.is(JSON.parse(answer.text).headers['x-call-id'], 'mine')
  assert.is(answer.headers['x-call-id'], undefined)
})
headers('X-Start-Time is nanoseconds, added to the caller’s (callid_middleware.go)', async () => {
  const answer = await world.call('/function/probe', { headers: { 'x-start-time': '1' } })
  const started = String(answer.headers['x-start-time'])
  assert.match(started, /^\d{19}$/)
  assert.is(JSON.parse(answer.text).headers['x-start-time'], `1, ${started}`)
})
headers(
  'X-Forwarded-For and -Host are set, and kept from a caller who sets them (forwarding_proxy.go)',
  async () => {
    const own = await world.given('')
    assert.match(String(own.headers['x-forwarded-for']), /:\d+$/)
    assert.is(own.headers['x-forwarded-host'], new URL(world.gateway).host)
    const sent = { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-host': 'me' }
    const { headers } = await world.given('', { headers: sent })
    assert.equal([headers['x-forwarded-for'], headers['x-forwarded-host']], ['1.2.3.4', 'me'])
  },
)

headers(
  'the answer says how long it took and who served it (of-watchdog executor/http_runner.go)',
  async () => {
    const answer = await world.call('/function/probe')
    assert.match(String(answer.headers['x-duration-seconds']), /^\d+\.\d{6}$/)
    assert.ok(answer.headers['x-served-by'])
  },
)
headers('the function’s own headers win over the gateway’s, but for the duration ([run])', async () => {
  const own = ['X-Call-Id', 'X-Served-By', 'X-Duration-Seconds'].map((name) => `header=${name}:own`)
  const answer = await world.call(`/function/probe?${own.join('&')}`)
  assert.equal([answer.headers['x-call-id'], answer.headers['x-served-by']], ['own', 'own'])
  assert.match(String(answer.headers['x-duration-seconds']), /^\d+\.\d{6}$/)
})
const PASSED = {
  'cache-control': 'no-cache, max-age=0',
  'content-security-policy': "default-src 'none'",
  etag: '"own"',
  expires: 'Thu, 01 Jan 1970 00:00:00 GMT',
  link: '</x>; rel="next"',
  'referrer-policy': 'no-referrer',
  'retry-after': '30',
  'x-content-type-options': 'nosniff',
}
headers('what our functions answer passes unchanged ([run])', async () => {
  const words = Object.entries(PASSED).map(
    ([name, value]) => `header=${encodeURIComponent(`${name}:${value}`)}`,
  )
  const answer = await world.call(`/function/probe?${words.join('&')}`)
  for (const [name, value] of Object.entries(PASSED)) assert.is(answer.headers[name], value, name)
})
headers('two cookies stay two ([run])', async () => {
  const answer = await world.call('/function/probe?header=Set-Cookie:a=1&header=Set-Cookie:b=2')
  assert.equal(answer.headers['set-cookie'], ['a=1', 'b=2'])
})
headers.run()
