import { createHash, randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../../support/until.ts'
import { type StartedGateway, startedGateway } from './started-gateway.ts'

const ECHO = `
  const { body, headers, method, path, query } = event
  const sha = body && require('node:crypto').createHash('sha256').update(body).digest('hex')
  if (path === '/slow') await new Promise((resolve) => setTimeout(resolve, 100))
  if (path === '/flush') console.log('called')
  if (path === '/hang') { console.log('hangs'); await new Promise(() => {}) }
  if (path === '/teapot') return context.status(418).headers({ 'Retry-After': '7', 'Set-Cookie': ['a=1', 'b=2'], ETag: '"x"' }).succeed('short')
  if (path === '/throws') throw new Error('boom')
  context.headers({ 'content-type': 'application/json' }).succeed({ sha, headers, method, path, query, env: process.env })
`
const sync = suite('/function/NAME')
let gateway: StartedGateway
sync.before(async () => {
  gateway = await startedGateway({ echo: ECHO, web: "context.succeed('web')" })
})
sync.after(() => gateway.close())
const seen = async (...given: Parameters<StartedGateway['call']>) =>
  JSON.parse((await gateway.call(...given)).text)

sync('a call waits until the function listens, instead of faasd’s 500 (faasd.md 3.4)', async () => {
  assert.is((await gateway.call('/function/web')).text, 'web')
})
sync('/function/NAME is path / like /function/NAME/ (faasd.md 5)', async () => {
  assert.is((await seen('/function/echo')).path, '/')
  assert.is((await seen('/function/echo/')).path, '/')
})
sync('the path is decoded once, the query is kept (faasd.md 4)', async () => {
  const { path, query } = await seen('/function/echo/a%2Fb%20c?x=1&x=%2F')
  assert.equal([path, query], ['/a/b%20c', { x: ['1', '/'] }])
})
sync('NAME.openfaas-fn is the same function (faasd.md 5)', async () => {
  assert.is((await gateway.call('/function/web.openfaas-fn')).text, 'web')
})
for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
  sync(`${method} passes with its body (faasd.md 5)`, async () => {
    const body = randomBytes(200_000)
    const echoed = await seen('/function/echo', { method, body: body.subarray(0, 90_000) })
    const sha = createHash('sha256').update(body.subarray(0, 90_000)).digest('hex')
    assert.equal([echoed.method, echoed.sha], [method, sha])
  })
}
sync('the length is dropped on the way in, the body comes in chunks (faasd.md 4)', async () => {
  const { headers } = await seen('/function/echo', { method: 'POST', body: 'x' })
  assert.equal([headers['content-length'], headers['transfer-encoding']], [undefined, 'chunked'])
})
sync('the function’s status and headers pass, the gateway adds its own (faasd.md 5)', async () => {
  const answer = await gateway.call('/function/echo/teapot')
  assert.equal([answer.status, answer.text], [418, 'short'])
  assert.is(answer.headers['retry-after'], '7')
  assert.equal(answer.headers['set-cookie'], ['a=1', 'b=2'])
  assert.match(String(answer.headers['x-call-id']), /^[0-9a-f-]{36}$/)
  assert.match(String(answer.headers['x-start-time']), /^\d{19}$/)
  assert.match(String(answer.headers['x-duration-seconds']), /^\d+\.\d{6}$/)
  assert.ok(answer.headers['x-served-by'])
})
sync('HEAD has a length and no body, a known ETag is 304 (faasd.md 5)', async () => {
  assert.is((await gateway.call('/function/web', { method: 'HEAD' })).headers['content-length'], '3')
  const { headers } = await gateway.call('/function/web')
  const again = await gateway.call('/function/web', { headers: { 'if-none-match': String(headers.etag) } })
  assert.equal([again.status, again.text], [304, ''])
})
sync('a caller’s X-Call-Id is kept and not echoed (faasd.md 4)', async () => {
  const answer = await gateway.call('/function/echo', { headers: { 'X-Call-Id': 'mine' } })
  assert.is(JSON.parse(answer.text).headers['x-call-id'], 'mine')
  assert.is(answer.headers['x-call-id'], undefined)
})
sync('X-Forwarded-For is set, and kept from the caller (faasd.md 4)', async () => {
  const { headers } = await seen('/function/echo')
  assert.match(headers['x-forwarded-for'], /^127\.0\.0\.1:\d+$/)
  assert.is(headers['x-forwarded-host'], new URL(gateway.url).host)
  const given = await seen('/function/echo', { headers: { 'x-forwarded-for': '1.2.3.4' } })
  assert.is(given.headers['x-forwarded-for'], '1.2.3.4')
})
sync('a handler that throws is 200 with the text (platform.md 0.5)', async () => {
  const answer = await gateway.call('/function/echo/throws')
  assert.equal([answer.status, answer.text], [200, 'Error: boom'])
})
sync('the environment is the given one and no more', async () => {
  const { env } = await seen('/function/echo')
  assert.is(env.greeting, 'I am echo')
  assert.equal(Object.keys(env).sort(), ['HOME', 'PATH', 'RAW_BODY', 'function_dir', 'greeting', 'http_port'])
})
sync('an unknown function is 404 in the gateway’s words (faasd.md 5)', async () => {
  for (const path of ['/function/nobody/x', '/function/web.elsewhere']) {
    const answer = await gateway.call(path, { method: 'POST', body: 'x' })
    assert.is(answer.status, 404)
    assert.match(answer.text, /^error finding function (nobody\.openfaas-fn|web\.elsewhere): /)
    assert.match(String(answer.headers['content-type']), /^text\/plain/)
  }
})
sync('calls run side by side', async () => {
  const paths = Array.from({ length: 20 }, (_, number) => seen(`/function/echo/slow?n=${number}`))
  const numbers = (await Promise.all(paths)).map(({ query }) => Number(query.n))
  assert.equal(
    numbers,
    [...numbers].sort((one, other) => one - other),
  )
})
sync('lines a function writes are logged with its name', async () => {
  await gateway.call('/function/echo/flush')
  await until(() => gateway.lines.includes('echo: called'), 'the line')
})
sync('survives callers who go away and requests that are none', async () => {
  const port = Number(new URL(gateway.url).port)
  const raw = (text: string) =>
    connect({ port, host: '127.0.0.1' })
      .on('error', () => {})
      .end(text)
  const gone = connect({ port, host: '127.0.0.1' }).on('error', () => {})
  gone.write('POST /function/echo/hang HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n')
  await until(() => gateway.lines.includes('echo: hangs'), 'the call')
  gone.destroy()
  const cut = connect({ port, host: '127.0.0.1' }).on('error', () => {})
  cut.write('POST /async-function/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx', () =>
    cut.destroy(),
  )
  raw('GET /function/echo/%00%zz HTTP/1.1\r\nHost: x\r\n\r\n')
  raw('no http at all\r\n\r\n')
  raw('CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n')
  raw('GET /function/echo HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n')
  const long = await gateway.call(`/function/echo/${'x'.repeat(70_000)}`)
  assert.is(long.status, 431)
  assert.is((await gateway.call('/function/web')).text, 'web')
})
sync.run()
