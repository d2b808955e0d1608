import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Front, startFront } from '../../../local/front/front.ts'
import { head, rawRequest } from '../../faasd/raw-request.ts'
import { calling } from '../host/running-host.ts'

type Seen = { line: string; headers: IncomingHttpHeaders; sha: string }
let seen: Seen[] = []
let gateway: Server
let front: Front
const url = () => `http://127.0.0.1:${front.port}`

async function begin(): Promise<void> {
  gateway = createServer(async (request, response) => {
    const hash = createHash('sha256')
    for await (const chunk of request) hash.update(chunk as Buffer)
    seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, sha: hash.digest('hex') })
    response.writeHead(200, { 'x-served-by': 'artefacto', etag: '"x"', 'set-cookie': ['a=1', 'b=2'] })
    response.end('reached')
  })
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve))
  front = await startFront((gateway.address() as AddressInfo).port)
}
async function end(): Promise<void> {
  await front.close()
  gateway.close()
  gateway.closeAllConnections()
}
const forget = () => {
  seen = []
}

const passes = suite('the front of a tunnel passes')
passes.before(begin)
passes.before.each(forget)
passes.after(end)

for (const size of [0, 24_000, 65_536, 3_000_000])
  passes(`a delivery of ${size} bytes as it is`, async () => {
    const body = randomBytes(size)
    const answer = await calling(url(), '/function/webhook', { method: 'POST', body })
    assert.equal([answer.status, answer.text], [200, 'reached'])
    assert.is(seen[0]?.sha, createHash('sha256').update(body).digest('hex'))
  })
const AGAIN = '/function/badge/web/builds/1700000000000-abcdefabcdef/again'
const PASSED = `
  POST /function/webhook | POST /function/webhook.openfaas-fn | POST /function/build | POST /function/build.openfaas-fn?x=1
  GET /function/badge | GET /function/badge/ | HEAD /function/badge/web.svg | GET /function/badge.openfaas-fn/web.json
  GET /function/badge/my_web.2-x/builds.json?key=0a&from=1 | GET /function/badge/web
  GET /function/badge/web/builds/1700000000000-abcdefabcdef.log | GET /function/badge/_/openapi.json
  POST ${AGAIN} | GET ${AGAIN} | POST ${AGAIN.replace('again', 'cancel')} | GET /healthz`
for (const line of PASSED.trim().split(/\s*[|\n]\s*/))
  passes(line, async () => {
    const [method = '', path = ''] = line.split(' ')
    const { status } = await calling(url(), path, { method, ...(method === 'POST' ? { body: 'x' } : {}) })
    assert.is(status, 200)
    assert.equal(
      seen.map((one) => one.line),
      [line],
    )
  })
passes('answers with their headers, but not what names the gateway', async () => {
  const { headers } = await calling(url(), '/function/badge/web.svg')
  assert.equal(
    [headers.etag, headers['set-cookie'], headers['x-served-by']],
    ['"x"', ['a=1', 'b=2'], undefined],
  )
})
const STRIPPED = `X-Callback-Url X-Call-Id X-Timeout X-Function-Name X-Function-Anything X-Forwarded-For
  X-Forwarded-Host X-Forwarded-Proto X-Forwarded-Prefix X-Real-IP X-Start-Time Forwarded Proxy X_Timeout
  X_Callback_Url Proxy-Connection HTTP2-Settings Upgrade`.split(/\s+/)
for (const name of STRIPPED)
  passes(`nothing of a stranger's ${name}`, async () => {
    await calling(url(), '/function/webhook', { method: 'POST', body: 'x', headers: { [name]: 'evil' } })
    assert.is(seen.length, 1)
    assert.not.match(JSON.stringify(seen), /evil/)
  })
passes(
  'what the functions read, even where Connection names it, and its own word on how it came',
  async () => {
    const kept = {
      'x-github-event': 'push',
      'x-github-delivery': 'a-b-c',
      'x-hub-signature-256': 'sha256=0',
      'content-type': 'application/json',
      prefer: 'respond-async',
      authorization: 'Bearer abc',
      cookie: 'key=1',
    }
    const headers = { ...kept, connection: `close, ${Object.keys(kept).join(', ')}` }
    await calling(url(), '/function/webhook', { method: 'POST', body: 'x', headers })
    for (const [name, value] of Object.entries(kept)) assert.is(seen[0]?.headers[name], value)
    assert.is(seen[0]?.headers['x-forwarded-proto'], 'https')
  },
)
passes.run()

const refuses = suite('the front of a tunnel refuses')
refuses.before(begin)
refuses.before.each(forget)
refuses.after(end)

const LONG = 'x'.repeat(70_000)
const BADGE = '/function/badge/web.svg'
const get = (path: string, ...headers: string[]) => head(`GET ${path}`, ...headers)
const post = (path: string, length: number | string, ...headers: string[]) =>
  head(`POST ${path}`, `Content-Length: ${length}`, ...headers)

const ROWS: [title: string, request: string, status: number][] = [
  ['a path of 9 kB', get(`/function/badge/${LONG.slice(0, 9_000)}`), 414],
  ['a path of 70 kB', get(`/function/badge/${LONG}`), 431],
  ['a query of 3 kB', get(`${BADGE}?key=${LONG.slice(0, 3_000)}`), 414],
  ['a header of 9 kB', get(BADGE, `User-Agent: ${LONG.slice(0, 9_000)}`), 431],
  ['a header of 70 kB', get(BADGE, `User-Agent: ${LONG}`), 431],
  ['a delivery of 26 MB', post('/function/webhook', 27_262_976), 413],
  ['a build of 65 kB', post('/function/build', 65_537), 413],
  ['an again of more than 1 kB', post(AGAIN, 1_025), 413],
  ['a badge with a body', `${get(BADGE, 'Content-Length: 4')}body`, 413],
  [
    'a chunked body',
    `${head('POST /function/webhook', 'Transfer-Encoding: chunked')}1\r\nx\r\n0\r\n\r\n`,
    411,
  ],
  ['two lengths', `${post('/function/webhook', 1, 'Content-Length: 2')}xx`, 400],
  ['a negative length', post('/function/webhook', -1), 400],
  [
    'a length and chunks (smuggling)',
    `${post('/function/webhook', 6, 'Transfer-Encoding: chunked')}0\r\n\r\nGET /system/functions HTTP/1.1\r\n\r\n`,
    400,
  ],
  ['no host', `GET ${BADGE} HTTP/1.1\r\nConnection: close\r\n\r\n`, 400],
  ['two hosts', get(BADGE, 'Host: other.example'), 400],
  ['what is no HTTP', 'EHLO there\r\n\r\n', 400],
]
for (const path of ['http://front.example/function/badge/web.svg', `${BADGE}#/../build`])
  ROWS.push([`GET ${path}`, get(path), 400])
const NOT_FOUND = String.raw`
  / /ui/ /metrics /healthz/ /function/ /function/other /function/badger /function/badge.elsewhere/web.svg
  /system/functions /system/info /system/secrets /system/scale-function/build /async-function/badge
  /async-function/webhook /Function/badge/web.svg /function/webhook/ /function/webhook/x /function/build/
  /function/build/web/1700000000000-abcdefabcdef /function/build/_/doctor //function/badge/web.svg
  /function/badge//web.svg /function/./badge/web.svg /function/badge/../build /function/badge/. /function/badge/.hidden
  /function/badge/%2e%2e/build /function/badge/..%2fbuild /function/b%61dge/web.svg /function/badge/web.svg%00
  /function/badge/_/metrics /function/badge/_ /function/badge/_/ /function/badge/_/openapi.json/x
  /function/badge.openfaas-fn/_/metrics /function/badge/web;a=b /function/badge\..\build /function/badge/web@x`
for (const path of NOT_FOUND.trim().split(/\s+/)) ROWS.push([`GET ${path}`, get(path), 404])
for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])
  for (const path of ['/function/webhook', '/function/build'])
    ROWS.push([`${method} ${path}`, head(`${method} ${path}`), 405])
for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
  for (const path of [BADGE, '/function/badge', '/function/badge/_/openapi.json'])
    ROWS.push([`${method} ${path}`, head(`${method} ${path}`), 405])
for (const [title, request, status] of ROWS)
  refuses(`${title} (${status})`, async () => {
    const answer = await rawRequest(front.port, request)
    assert.is(answer.status, status, answer.text.slice(0, 300))
    assert.equal(seen, [], 'the gateway has heard of it')
  })
refuses('a third large body at the same time, and goes on with small ones', async () => {
  const { connect } = await import('node:net')
  const large = Array.from({ length: 2 }, () => {
    const socket = connect(front.port, '127.0.0.1')
    socket.write(post('/function/webhook', 900_000))
    return socket
  })
  const end = Date.now() + 10_000
  let status = 0
  while (status !== 503 && Date.now() < end) {
    status = (await rawRequest(front.port, `${post('/function/webhook', 70_000)}${LONG}`)).status
  }
  assert.is(status, 503)
  const small = await calling(url(), '/function/webhook', { method: 'POST', body: 'x' })
  assert.is(small.status, 200)
  for (const socket of large) socket.destroy()
})
refuses('everything while there is no gateway, and says so', async () => {
  const alone = await startFront(1)
  const answer = await calling(`http://127.0.0.1:${alone.port}`, BADGE)
  assert.equal([answer.status, answer.text], [503, 'not available; try again in a moment\n'])
  await alone.close()
})
refuses.run()
