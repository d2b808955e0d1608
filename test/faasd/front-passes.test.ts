import { createHash, randomBytes } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { sign } from '../../functions/shared/signature.ts'
import { type StartedGateway, startedGateway } from '../local/gateway/started-gateway.ts'
import { type Answer, type Call, calling } from '../local/host/running-host.ts'
import { type Front, runningFront } from './running-front.ts'

const ECHO = `
  const { body, headers, method, path, query } = event
  const sha = body && require('node:crypto').createHash('sha256').update(body).digest('hex')
  if (path === '/short.svg') return context.headers({ ETag: '"x"', 'Set-Cookie': ['a=1', 'b=2'], 'Cache-Control': 'no-cache' }).succeed('short')
  context.headers({ 'content-type': 'application/json' }).succeed({ sha, headers, method, path, query })
`
type Seen = {
  sha?: string
  method: string
  path: string
  query: Record<string, string>
  headers: Record<string, string>
}

/** The real HAProxy before the embedded gateway, with functions that tell what reached them. */
const passes = suite('the front proxy passes')
let gateway: StartedGateway
let front: Front
passes.before(async () => {
  gateway = await startedGateway({ webhook: ECHO, build: ECHO, badge: ECHO })
  front = await runningFront(`127.0.0.1:${gateway.port}`)
})
passes.after(async () => {
  await front.stop()
  await gateway.close()
})

const call = (path: string, given?: Call): Promise<Answer> => calling(front.url, path, given)
const seen = async (path: string, given?: Call): Promise<Seen> => {
  const answer = await call(path, given)
  assert.is(answer.status, 200, answer.text)
  return JSON.parse(answer.text) as Seen
}
const posted = (body: Buffer | string, headers: Call['headers'] = {}): Call => ({
  method: 'POST',
  body,
  headers: { 'X-Hub-Signature-256': sign('key', body), ...headers },
})

for (const size of [2, 24_000, 64_000, 65_536])
  passes(`a delivery of ${size} bytes as it is`, async () => {
    const body = randomBytes(size)
    const { method, path, sha } = await seen('/function/webhook', posted(body))
    assert.equal([method, path], ['POST', '/'])
    assert.is(sha, createHash('sha256').update(body).digest('hex'))
  })
passes("what faas-cli sends: the function's namespace, a signature and a query", async () => {
  const headers = { 'Content-Type': 'text/plain', 'User-Agent': 'faas-cli/0.18.12 (openfaas; linux; amd64)' }
  const told = await seen('/function/build.openfaas-fn?x=1', posted('{"catch_up":true}', headers))
  assert.equal([told.method, told.path, told.query], ['POST', '/', { x: '1' }])
  assert.is(told.headers['x-hub-signature-256'], sign('key', '{"catch_up":true}'))
  assert.is(told.headers['user-agent'], headers['User-Agent'])
})
passes('a delivery by way of webhook.openfaas-fn', async () => {
  assert.is((await seen('/function/webhook.openfaas-fn', posted('x'))).method, 'POST')
})

const PATHS = [
  ['/function/badge', '/'],
  ['/function/badge/', '/'],
  ['/function/badge/web.svg', '/web.svg'],
  ['/function/badge.openfaas-fn/web.json', '/web.json'],
  ['/function/badge/my_web.2-x/builds.json?key=0a&from=1', '/my_web.2-x/builds.json'],
  ['/function/badge/web/builds/1700000000000-abcdefabcdef.log', '/web/builds/1700000000000-abcdefabcdef.log'],
  ['/function/badge/web', '/web'],
  ['/function/badge/web/builds/1700000000000-abcdefabcdef', '/web/builds/1700000000000-abcdefabcdef'],
  [
    '/function/badge/web/builds/1700000000000-abcdefabcdef/live?from=1',
    '/web/builds/1700000000000-abcdefabcdef/live',
  ],
  ['/function/badge/_/openapi.json', '/_/openapi.json'],
  ['/function/badge.openfaas-fn/_/openapi.json', '/_/openapi.json'],
  [`/function/badge/${'x'.repeat(63)}.svg?${'k'.repeat(1_900)}=1`, `/${'x'.repeat(63)}.svg`],
] as const
for (const [path, wanted] of PATHS)
  passes(`GET and HEAD ${path.slice(0, 70)}`, async () => {
    assert.is((await seen(path)).path, wanted)
    const { status, text } = await call(path, { method: 'HEAD' })
    assert.equal([status, text], [200, ''])
  })
for (const wish of ['1700000000000-abcdefabcdef/again', '1700000000000-abcdefabcdef-m0a1b2c3d/cancel'])
  for (const name of ['badge', 'badge.openfaas-fn'])
    passes(`a form's wish ${wish}, by way of ${name}`, async () => {
      const body = `confirm=${'y'.repeat(1_016)}`
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Cookie: 'artefacto-key=x' }
      const told = await seen(`/function/${name}/web/builds/${wish}`, { method: 'POST', body, headers })
      assert.equal([told.method, told.path], ['POST', `/web/builds/${wish}`])
      assert.is(told.sha, createHash('sha256').update(body).digest('hex'))
      assert.is(told.headers.cookie, 'artefacto-key=x')
    })
passes('answers with their headers, and 304, but not what names the gateway', async () => {
  const answer = await call('/function/badge/short.svg')
  assert.equal([answer.status, answer.text, answer.headers.etag], [200, 'short', '"x"'])
  assert.equal(answer.headers['set-cookie'], ['a=1', 'b=2'])
  assert.is(answer.headers['x-served-by'], undefined)
  const known = await call('/function/badge/short.svg', { headers: { 'If-None-Match': '"x"' } })
  assert.equal([known.status, known.text], [304, ''])
})

const KEPT = {
  'x-github-event': 'push',
  'x-github-delivery': 'a-b-c',
  'content-type': 'application/json',
  prefer: 'respond-async',
  authorization: 'Bearer abc',
  cookie: 'key=1',
  accept: '*/*',
}
const STRIPPED = [
  'X-Callback-Url',
  'x-callback-url',
  'X-Call-Id',
  'X-Timeout',
  'X-Function-Name',
  'X-Function-Status',
  'X-Function-Anything',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'X-Forwarded-Port',
  'X-Forwarded-Prefix',
  'X-Real-IP',
  'X-Start-Time',
  'Forwarded',
  'Proxy',
  'X_Timeout',
  'X_Callback_Url',
  'Proxy-Connection',
  'HTTP2-Settings',
]
for (const name of STRIPPED)
  passes(`nothing of a stranger's ${name}`, async () => {
    for (const path of ['/function/webhook', '/function/build']) {
      const { headers } = await seen(path, posted('x', { [name]: ['evil', 'evil'] }))
      assert.not.match(JSON.stringify(headers), /evil/)
    }
    assert.not.match(JSON.stringify(await seen('/function/badge/x', { headers: { [name]: 'evil' } })), /evil/)
  })
passes('no X-Timeout, which turns the limits of the watchdog off', async () => {
  const { headers } = await seen('/function/build', posted('x', { 'X-Timeout': '-1s' }))
  assert.is(headers['x-timeout'], undefined)
})
passes('what the functions read, even where Connection names it', async () => {
  const Connection = `close, ${Object.keys(KEPT).join(', ')}, X-Hub-Signature-256`
  const { headers } = await seen('/function/webhook', posted('x', { ...KEPT, Connection }))
  for (const [name, value] of Object.entries(KEPT)) assert.is(headers[name], value)
  assert.is(headers['x-hub-signature-256'], sign('key', 'x'))
})
passes('no upgrade of the connection', async () => {
  const { headers } = await seen('/function/badge/x', {
    headers: { Connection: 'Upgrade', Upgrade: 'h2c' },
  })
  assert.is(headers.upgrade, undefined)
  assert.not.match(headers.connection ?? '', /upgrade/i)
})
passes('its own word on who called, by which name and how', async () => {
  const { headers } = await seen('/function/badge/x', { headers: { Host: 'badges.example:8443' } })
  assert.is(headers['x-forwarded-for'], '127.0.0.1')
  assert.is(headers['x-forwarded-host'], 'badges.example:8443')
  assert.is(headers['x-forwarded-proto'], 'http')
})
passes('/healthz says whether the gateway is there', async () => {
  const { status, text } = await call('/healthz')
  assert.equal([status, text], [200, 'OK\n'])
})
passes.run()
