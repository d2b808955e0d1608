import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import type { TLSSocket } from 'node:tls'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { whereIs } from '../../local/debian.ts'
import { openRecorded, type Recorded } from './docker-recorded.ts'
import { dial, exchange, request, statusOf } from './docker-stage.ts'

/** As functions/build opens a session. */
const HEAD = `${[
  'POST /session HTTP/1.1',
  'Connection: Upgrade, close',
  'Upgrade: h2c',
  'X-Docker-Expose-Session-Uuid: 9d3bc0b8-844d-4ff9-a189-0678770d3407',
  'X-Docker-Expose-Session-Name: artefacto',
  'X-Docker-Expose-Session-Sharedkey: 2c1f4f0e-4d2b-4a53-9d0a-5b1a2e1f7c11',
  'X-Docker-Expose-Session-Grpc-Method: /grpc.health.v1.Health/Check',
  'X-Docker-Expose-Session-Grpc-Method: /moby.filesync.v1.Auth/Credentials',
  'X-Docker-Expose-Session-Grpc-Method: /moby.filesync.v1.FileSync/DiffCopy',
  'Host: artefacto-docker:2376',
  'Content-Length: 0',
].join('\r\n')}\r\n\r\n`
const UPGRADE = { Connection: 'Upgrade', Upgrade: 'h2c' }

let recorded: Recorded
const session = suite('POST /session')

session.before(async () => {
  recorded = await openRecorded()
})

session.after(() => recorded.end())

session.before.each(() => {
  recorded.recorder.taken()
  recorded.recorder.bytes()
})

async function comes(socket: TLSSocket, words: RegExp): Promise<void> {
  let came = ''
  while (!words.test(came)) came += (await once(socket, 'data'))[0].toString('latin1')
}

session('passes byte for byte, and then is a tunnel', async () => {
  const socket = dial(recorded.stage)
  socket.write(HEAD)
  await comes(socket, /^HTTP\/1\.1 101 .*\r\n\r\n$/s)
  socket.write('PRI * HTTP/2.0\r\n\r\n\0')
  await comes(socket, /^PRI \* HTTP\/2\.0\r\n\r\n\0$/)
  assert.is(recorded.recorder.bytes(), `${HEAD}PRI * HTTP/2.0\r\n\r\n\0`)
  socket.destroy()
})

session('passes in pieces', async () => {
  const socket = dial(recorded.stage).setNoDelay()
  const answer = comes(socket, /^HTTP\/1\.1 101 /)
  for (const piece of [HEAD.slice(0, 5), HEAD.slice(5, 90), HEAD.slice(90)]) {
    await new Promise((resolve) => socket.write(piece, resolve))
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await answer
  socket.destroy()
})

session('ends with the client', async () => {
  const socket = dial(recorded.stage)
  socket.write(HEAD)
  await comes(socket, /^HTTP\/1\.1 101 /)
  assert.is(recorded.recorder.open(), 1)
  socket.destroy()
  while (recorded.recorder.open() > 0) await new Promise((resolve) => setTimeout(resolve, 20))
})

const version = execFileSync(whereIs('haproxy') as string, ['-v'], { encoding: 'utf8' })
if (/ 2\.6\.12/.test(version))
  session(
    'of another client passes as well, without what would make all of the connection HTTP/2',
    async () => {
      const headers = { ...UPGRADE, 'HTTP2-Settings': 'AAMAAABkAAQAAP__' }
      assert.is(statusOf(await exchange(recorded.stage, request('POST /session', headers))), 101)
      assert.not.match(recorded.recorder.bytes(), /http2-settings/i)
      recorded.recorder.taken()
    },
  )
else console.log(`skipped: only Debian's HAProxy 2.6.12 passes sessions of other clients; this is ${version}`)

session('is refused without the upgrade to h2c, or with more than that', () =>
  recorded.refuses(
    [
      request('POST /session'),
      request('POST /session', { Connection: 'Upgrade', Upgrade: 'websocket' }),
      request('POST /session', { Connection: 'Upgrade', Upgrade: 'tcp' }),
      request('POST /session', { Connection: 'Upgrade', Upgrade: 'h2c, websocket' }),
      request('POST /session', { ...UPGRADE, upgrade: 'tcp' }),
      request('POST /session', { ...UPGRADE, 'Transfer-Encoding': 'chunked' }),
      request('POST /session', UPGRADE, 'a body'),
      request('GET /session', UPGRADE),
      request('POST /session/', UPGRADE),
      request('POST /session?x=1', UPGRADE),
      request('POST /v1.41/session', UPGRADE),
      request('POST /grpc', UPGRADE),
      HEAD.replace('/session', '/grpc'),
      HEAD.replace('/session', '/containers/x/attach'),
      HEAD.replace('HTTP/1.1', 'HTTP/1.0'),
    ],
    [403, 400],
  ),
)

/** What is written so is passed on as bytes; each of these is one step away from it. */
const NEARLY: Record<string, string> = {
  'a connection that stays': HEAD.replace('Upgrade, close', 'Upgrade').replace('h2c', 'tcp'),
  'a body': HEAD.replace('Content-Length: 0', 'Content-Length: 400'),
  chunks: HEAD.replace('Content-Length: 0', 'Transfer-Encoding: chunked'),
  'another header': HEAD.replace('h2c\r\n', 'tcp\r\nX: y\r\n'),
  'two connections': HEAD.replace('Upgrade: h2c', 'Connection: keep-alive\r\nUpgrade: tcp'),
  'a header over two lines': HEAD.replace(
    'artefacto\r\n',
    'artefacto\r\n Connection: keep-alive\r\n',
  ).replace('h2c', 'tcp'),
  'line feeds alone': HEAD.replace('Name: artefacto\r\n', 'Name: artefacto\n').replace('h2c', 'tcp'),
  'another version': HEAD.replace('HTTP/1.1', 'HTTP/1.1 ').replace('h2c', 'tcp'),
}

for (const [title, head] of Object.entries(NEARLY))
  session(`is no tunnel with ${title}`, () =>
    recorded.refuses([head, head + request('GET /containers/json')], [403, 400, 501]),
  )

/** Later versions of HAProxy take `h2c` out of a request instead, before a rule sees it. */
session('is the only call that may be upgraded', async () => {
  for (const protocol of ['h2c', 'tcp', 'websocket', 'h2c, tcp']) {
    const upgrade = { Connection: 'Upgrade, HTTP2-Settings', Upgrade: protocol, 'HTTP2-Settings': 'AAMAAABk' }
    for (const bytes of [
      request('GET /_ping', upgrade),
      request('POST /build?version=2', { ...upgrade, 'Content-Type': 'application/tar' }),
      request('POST /images/x/push?tag=y', upgrade),
    ])
      assert.ok([200, 400, 403].includes(statusOf(await exchange(recorded.stage, bytes, /\r\n\r\n/))), bytes)
  }
  assert.not.match(recorded.recorder.bytes(), /^(?:upgrade|http2-settings):/im)
})

session.run()
