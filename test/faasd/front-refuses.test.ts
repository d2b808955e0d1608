import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { head, rawRequest } from './raw-request.ts'
import { type Front, runningFront } from './running-front.ts'

/** The real HAProxy before a gateway that notes whatever reaches it. */
const refuses = suite('the front proxy refuses')
let gateway: Server
let reached: string[] = []
let front: Front
refuses.before(async () => {
  gateway = createServer((request, response) => {
    reached.push(`${request.method} ${request.url}`)
    response.end('reached')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => gateway.once('listening', resolve))
  front = await runningFront(`127.0.0.1:${(gateway.address() as AddressInfo).port}`)
})
refuses.before.each(() => {
  reached = []
})
refuses.after(async () => {
  await front.stop()
  gateway.close()
})

const LONG = 'x'.repeat(70_000)
const BADGE = '/function/badge/web.svg'
const SIGNED = `X-Hub-Signature-256: sha256=${'0'.repeat(64)}`
const AGAIN = '/function/badge/web/builds/1700000000000-abcdefabcdef/again'
const chunked = (bytes: number) => `${bytes.toString(16)}\r\n${'y'.repeat(bytes)}\r\n0\r\n\r\n`

type Row = [title: string, request: string, status: number]
const get = (path: string, ...headers: string[]) => head(`GET ${path}`, ...headers)
const post = (path: string, ...headers: string[]) => head(`POST ${path}`, 'Content-Length: 0', ...headers)

const SIZES: Row[] = [
  ['a path of 70 kB', get(`/function/badge/${LONG}`), 414],
  ['a path of 70 kB to what is not there', get(`/function/x/${LONG}`), 414],
  ['a path of 200 kB', get(`/function/badge/${LONG.repeat(3)}`), 400],
  ['a path of 9 kB', get(`/function/badge/${LONG.slice(0, 9_000)}`), 414],
  ['a query of 3 kB', get(`${BADGE}?key=${LONG.slice(0, 3_000)}`), 414],
  ['a header of 70 kB', get(BADGE, `User-Agent: ${LONG}`), 431],
  ['a header of 200 kB', get(BADGE, `User-Agent: ${LONG.repeat(3)}`), 400],
  ['a header of 9 kB', get(BADGE, `User-Agent: ${LONG.slice(0, 9_000)}`), 431],
  ['a header of 60 kB in a delivery', post('/function/webhook', `X-A: ${LONG.slice(0, 60_000)}`), 431],
  ['two hundred headers', get(BADGE, ...Array.from({ length: 200 }, (_, number) => `X-${number}: 1`)), 400],
  ['a delivery of 26 MB', head('POST /function/webhook', 'Content-Length: 27262976', SIGNED), 413],
  ['a build of 65 kB', head('POST /function/build', 'Content-Length: 65537', SIGNED) + LONG, 413],
  ['a build again with a body of 1025 bytes', head(`POST ${AGAIN}`, 'Content-Length: 1025') + LONG, 413],
  ['a look at again with a body', `${head(`GET ${AGAIN}`, 'Content-Length: 4')}body`, 413],
  ['a build again in chunks', head(`POST ${AGAIN}`, 'Transfer-Encoding: chunked') + chunked(4), 411],
  ['a badge with a body', `${head(`GET ${BADGE}`, 'Content-Length: 4')}body`, 413],
  [
    'a chunked body of 70 kB to build',
    head('POST /function/build', 'Transfer-Encoding: chunked', SIGNED) + chunked(70_000),
    411,
  ],
  [
    'a small chunked body',
    head('POST /function/webhook', 'Transfer-Encoding: chunked', SIGNED) + chunked(4),
    411,
  ],
]

const NOT_FOUND = String.raw`
  / /ui/ /ui /metrics /healthz/ /function/ /function/other /function/badger /function/badge.elsewhere/web.svg
  /system/functions /system/info /system/namespace/openfaas-fn /system/secrets /system/scale-function/build
  /async-function/badge /async-function/build /async-function/webhook /Function/badge/web.svg
  /function/webhook/ /function/webhook/x /function/webhook. /function/build/ /function/build.openfaas-fn/web/x
  /function/build/web/1700000000000-abcdefabcdef /function/build/_/doctor /function/build.openfaas-fn/_/doctor
  /function/build/web/1700000000000-abcdefabcdef /function/build/_/metrics /function/build.openfaas-fn/_/metrics
  //function/badge/web.svg /function//badge/web.svg /function/badge//web.svg /function/badge/web//builds.json
  /function/./badge/web.svg /function/badge/../build /function/badge/.. /function/badge/. /function/badge/.hidden
  /function/badge/x/../../../system/functions /function/badge/%2e%2e/build /function/badge/..%2fbuild
  /function/badge/%2E%2E%2Fsystem%2Ffunctions /function/badge/web%2Fbuilds.json /function/badge%2Fweb.svg
  /function%2Fbadge/web.svg /function/b%61dge/web.svg /function/badge/web.svg%00 /function/badge/%23
  /function/badge/%252e%252e/build /function/badge/web;a=b /function/badge/;/../build /function/badge/web:1
  /function/badge/_ /function/badge/_/ /function/badge/_/metrics /function/badge.openfaas-fn/_/metrics
  /function/badge/_/openapi.json/ /function/badge/_/openapi.yaml /function/badge/_/openapi.json.openfaas-fn
  /function/badge\..\build /function/badge/web\builds.json /function/badge/web@x`

const PATHS: [status: number, paths: string[]][] = [
  [404, NOT_FOUND.trim().split(/\s+/)],
  [400, ['*', 'function/badge/web.svg', 'http://front.example/function/badge/web.svg']],
  [400, ['/function/badge/web.svg#/../build', '/function/badge/web.svg?a#b', '/function/badge/web svg']],
]

const METHODS: [method: string, path: string, status: number][] = [
  ...['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'BREW'].flatMap(
    (method) =>
      ['/function/webhook', '/function/build', '/function/build.openfaas-fn'].map((path) => [
        method,
        path,
        405,
      ]) as [string, string, number][],
  ),
  ...['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'get'].map(
    (method) => [method, BADGE, 405] as [string, string, number],
  ),
  ['POST', '/function/badge', 405],
  ['POST', '/function/badge/web', 405],
  ['POST', '/function/badge/web/builds/1700000000000-abcdefabcdef', 405],
  ['POST', '/function/badge/web/again', 405],
  ['POST', `${AGAIN}/`, 405],
  ['POST', `${AGAIN}/again`, 405],
  ['POST', '/function/badge/WEB/builds/1700000000000-abcdefabcdef/again', 405],
  ['POST', '/function/badge/web/x/builds/1700000000000-abcdefabcdef/again', 405],
  ['POST', '/function/badge/_/openapi.json', 405],
  ['PUT', AGAIN, 405],
  ['DELETE', AGAIN, 405],
  ['OPTIONS', '*', 400],
  ['CONNECT', 'gateway:8080', 400],
  ['POST', '/healthz', 404],
]

const TRICKS: Row[] = [
  [
    'two different lengths',
    `${head('POST /function/webhook', 'Content-Length: 1', 'Content-Length: 2', SIGNED)}xx`,
    400,
  ],
  ['a negative length', head('POST /function/webhook', 'Content-Length: -1', SIGNED), 400],
  [
    'a length that overflows',
    head('POST /function/webhook', `Content-Length: ${'9'.repeat(25)}`, SIGNED),
    400,
  ],
  [
    'a length and chunks (smuggling)',
    `${head('POST /function/webhook', 'Content-Length: 6', 'Transfer-Encoding: chunked', SIGNED)}0\r\n\r\nGET /system/functions HTTP/1.1\r\n\r\n`,
    411,
  ],
  [
    'an odd transfer coding (smuggling)',
    `${head('POST /function/webhook', 'Transfer-Encoding: xchunked', SIGNED)}0\r\n\r\n`,
    400,
  ],
  ['a space before the colon', `${head('POST /function/webhook', 'Content-Length : 5', SIGNED)}xxxxx`, 400],
  ['no host', `GET ${BADGE} HTTP/1.1\r\nConnection: close\r\n\r\n`, 400],
  ['two hosts', get(BADGE, 'Host: other.example'), 400],
  ['HTTP/0.9', `GET ${BADGE}\r\n\r\n`, 400],
  ['HTTP/2 in clear text', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['what is no HTTP', 'EHLO there\r\n\r\n', 400],
]

function refused(title: string, request: string, status: number): void {
  refuses(`${title} (${status})`, async () => {
    const answer = await rawRequest(front.port, request)
    assert.is(answer.status, status, answer.text.slice(0, 300))
    assert.equal(reached, [], 'the gateway has heard of it')
    assert.not.match(answer.text, /haproxy|server:|\d\.\d\.\d/i)
    const [headers = '', body = ''] = answer.text.split('\r\n\r\n')
    // What it cannot parse gets HAProxy's built-in page.
    if (status !== 400) assert.match(headers, /content-type: text\/plain/i)
    if (!request.startsWith('HEAD')) assert.ok(body.length > 0 && body.length < 300, answer.text)
  })
}

for (const row of [...SIZES, ...TRICKS]) refused(...row)
for (const [status, paths] of PATHS) for (const path of paths) refused(`GET ${path}`, get(path), status)
for (const [method, path, status] of METHODS) refused(`${method} ${path}`, head(`${method} ${path}`), status)

for (const method of ['POST', 'GET'])
  refuses(`${method} /async-function/… never arrives, whatever its address for the answer`, async () => {
    const answer = await rawRequest(
      front.port,
      head(`${method} /async-function/badge`, 'Content-Length: 0', 'X-Callback-Url: http://127.0.0.1:1/'),
    )
    assert.is(answer.status, 404)
    assert.equal(reached, [])
  })
refuses('passes what is asked right, so that all this is not for a dead gateway', async () => {
  assert.match((await rawRequest(front.port, get(BADGE))).text, /reached$/)
  assert.match((await rawRequest(front.port, post('/function/webhook', SIGNED))).text, /reached$/)
  assert.equal(reached, [`GET ${BADGE}`, 'POST /function/webhook'])
})
refuses('writes one short line for each, without a query', async () => {
  await rawRequest(front.port, get(`${BADGE}?key=topsecret`))
  await rawRequest(front.port, get(`/nowhere/${'z'.repeat(2_000)}?key=topsecret`))
  const lines = front.output().split('\n')
  assert.ok(lines.some((line) => line.includes(BADGE)))
  assert.ok(lines.every((line) => line.length < 1_024))
  assert.not.match(front.output(), /topsecret|x{3000}/)
})
refuses.run()
