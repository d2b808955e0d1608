import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Failure } from '../../functions/shared/failure.ts'
import { failureOf } from '../support/failure-of.ts'
import { building, engineAt, NEVER } from './engine-stage.ts'

const AUTH = { username: 'user', password: 'password' }
const ID = '{"id":"moby.image.id","aux":{"ID":"sha256:1"}}\n'
type Answer = (response: ServerResponse) => void

/** An engine that takes a session, and answers everything else like this. */
async function withEngine(answer: Answer, work: (host: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'engine-broken-'))
  const path = join(folder, 'docker.sock')
  const sessions: Duplex[] = []
  const server = createServer((request, response) => {
    request.resume()
    answer(response)
  })
  server.on('upgrade', (_request, socket) => {
    sessions.push(socket)
    socket.on('error', () => {})
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n')
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  try {
    await work(`unix://${path}`)
  } finally {
    for (const session of sessions) session.destroy()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    rmSync(folder, { recursive: true })
  }
}
const build = (host: string, signal = NEVER) =>
  engineAt(host).build(building({ Dockerfile: 'FROM scratch\n' }), () => {}, signal)
const push = (host: string) => engineAt(host).push('127.0.0.1:1/web', '1', AUTH, NEVER)

const ends: Record<string, [answer: Answer, code: string, message: RegExp]> = {
  'something that is not JSON': [
    (to) => to.end('<html>\n'),
    'engine_error',
    /sent something that is not JSON/,
  ],
  'an answer that is cut': [
    (to) => to.write(ID, () => setImmediate(() => to.destroy())),
    'engine_error',
    /connection to the Docker Engine broke/,
  ],
  'an answer without a result': [
    (to) => to.end('{"stream":"x"}\n'),
    'engine_error',
    /without (an image|a digest)/,
  ],
  'an empty answer': [(to) => to.end(), 'engine_error', /without (an image|a digest)/],
  'a connection that ends at once': [
    (to) => to.destroy(),
    'engine_error',
    /connection to the Docker Engine broke \(ECONNRESET\)/,
  ],
  'a proxy that has no engine behind it': [
    (to) => to.writeHead(503).end('<html>'),
    'engine_error',
    /cannot be reached \(HTTP 503\)/,
  ],
}
const broken = suite('a broken engine')
for (const [title, [answer, code, message]] of Object.entries(ends))
  for (const [what, call] of Object.entries({ build, push }))
    broken(`${what} tells of ${title}`, () =>
      withEngine(answer, async (host) => {
        const failure = await failureOf(() => call(host))
        assert.is(failure.code, code)
        assert.match(failure.message, message)
        assert.is(failure.outcome, 'error')
      }),
    )
broken('a trace that is none is an error of the engine', () =>
  withEngine(
    (to) => to.end('{"id":"moby.buildkit.trace","aux":"/w=="}\n'),
    async (host) => assert.is((await failureOf(() => build(host))).code, 'engine_error'),
  ),
)
broken('an error in the answer counts, though an image came before it', () =>
  withEngine(
    (to) => to.end(`${ID}{"error":"executor failed running [x]: exit code: 1"}\n`),
    async (host) => assert.is((await failureOf(() => build(host))).code, 'build_failed'),
  ),
)
broken('a build that has its image is one, whatever its answer says besides', () =>
  withEngine((to) => to.end(`{"new":{"in":30}}\n${ID}`), build),
)
broken("a build that never answers ends with the signal's Failure", () =>
  withEngine(
    () => {},
    async (host) => {
      const stop = new AbortController()
      const ending = failureOf(() => build(host, stop.signal))
      setImmediate(() => stop.abort(new Failure('build_timeout')))
      assert.is((await ending).code, 'build_timeout')
    },
  ),
)
broken("takes the containerd store's digest, and the graph drivers'", async () => {
  const digest = `sha256:${'a'.repeat(64)}`
  for (const line of [
    `{"status":"1: digest: ${digest} size: 528"}\n`,
    `{"progressDetail":{},"aux":{"Tag":"1","Digest":"${digest}","Size":528}}\n`,
  ])
    await withEngine(
      (to) => to.end(line),
      async (host) => assert.is(await push(host), digest),
    )
})
broken.run()

const absent = suite('an absent engine')
const CALLS: Record<string, (host: string) => Promise<unknown>> = {
  ping: (host) => engineAt(host).ping(),
  version: (host) => engineAt(host).version(),
  build,
  remove: (host) => engineAt(host).remove('127.0.0.1:1/web:1'),
}
for (const [what, call] of Object.entries(CALLS))
  absent(`is told of by ${what}`, async () => {
    const failure = await failureOf(() => call('unix:///nowhere/docker.sock'))
    assert.equal(
      [failure.code, failure.message],
      ['engine_down', 'the Docker Engine does not answer (ENOENT)'],
    )
  })
absent('is what an address is that cannot be one', async () => {
  const failure = await failureOf(() => engineAt('ssh://host').version())
  assert.equal([failure.code, failure.outcome], ['engine_down', 'error'])
  assert.match(failure.message, /docker_host=ssh:\/\/host: write unix:/)
})
absent('is asked over TCP with a certificate only', async () => {
  const failure = await failureOf(() => engineAt('tcp://127.0.0.1:1').version())
  assert.equal(
    [failure.code, failure.message],
    ['secret_missing', 'the secret docker-ca is missing or empty'],
  )
})
absent.run()
