import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bodyOf, callHttp, jsonOf } from '../../functions/shared/http-call.ts'

const LIMIT = 1024

/** Runs a test against a server that answers so. */
function answering(listener: RequestListener, test: (url: string) => Promise<void>) {
  return async () => {
    const server = createServer(listener)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      await test(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }
}

/** What it rejects with. */
async function errorOf(call: Promise<unknown>): Promise<Error & { code?: string }> {
  return call.then(
    () => assert.unreachable('it did not fail') as never,
    (error: Error) => error,
  )
}

const echo: RequestListener = async (request, response) => {
  const body = (await request.toArray()).join('')
  response.end(`${request.method} ${request.headers['x-word']} ${body}`)
}

const calls = suite('callHttp')
calls(
  'sends method, headers and a body',
  answering(echo, async (url) => {
    const call = { method: 'PUT', headers: { 'x-word': 'hello' }, body: 'body' }
    assert.is(String(await bodyOf(await callHttp(url, call), LIMIT)), 'PUT hello body')
  }),
)
calls(
  'sends a stream as it comes',
  answering(echo, async (url) => {
    async function* body() {
      yield Buffer.from('one, ')
      yield Buffer.from('two')
    }
    const answer = await callHttp(url, { method: 'PATCH', body: body() })
    assert.is(String(await bodyOf(answer, LIMIT)), 'PATCH undefined one, two')
  }),
)
calls(
  'rejects with what broke the stream that it sends',
  answering(echo, async (url) => {
    async function* body() {
      yield Buffer.from('one, ')
      throw new Error('the source broke')
    }
    const { message } = await errorOf(callHttp(url, { method: 'PATCH', body: body() }))
    assert.is(message, 'the source broke')
  }),
)
calls(
  'gives an answer of any status, and follows no redirect',
  answering(
    (_, response) => response.writeHead(302, { location: '/other' }).end(),
    async (url) => assert.is((await callHttp(url, { method: 'GET' })).statusCode, 302),
  ),
)
calls(
  'ends a call on which nothing comes for too long, before the answer and in it',
  answering(
    (request, response) => {
      if (request.url === '/late') response.write('a part')
    },
    async (url) => {
      const call = { method: 'GET', silence: 50 }
      assert.is((await errorOf(callHttp(url, call))).code, 'ETIMEDOUT')
      const answer = await callHttp(`${url}late`, call)
      assert.ok((await errorOf(bodyOf(answer, LIMIT))).code)
    },
  ),
)
calls(
  'ends with its signal',
  answering(
    () => {},
    async (url) => {
      const { code } = await errorOf(callHttp(url, { method: 'GET', signal: AbortSignal.timeout(50) }))
      assert.is(code, 'ABORT_ERR')
    },
  ),
)
calls.run()

const bodies = suite('the body of an answer')
bodies(
  'is refused where it is longer than it may be',
  answering(
    (_, response) => response.end('x'.repeat(LIMIT + 1)),
    async (url) => {
      const { message } = await errorOf(bodyOf(await callHttp(url, { method: 'GET' }), LIMIT))
      assert.is(message, 'the answer is longer than 1024 bytes')
    },
  ),
)
bodies(
  'is none where it breaks off',
  answering(
    (_, response) => {
      response.writeHead(200, { 'content-length': '10' })
      response.write('half', () => response.destroy())
    },
    async (url) => {
      const answer = await callHttp(url, { method: 'GET' })
      assert.is((await errorOf(bodyOf(answer, LIMIT))).code, 'ECONNRESET')
    },
  ),
)
bodies('is a value where it is JSON', () => {
  assert.equal(jsonOf(Buffer.from('{"a":1}')), { a: 1 })
  assert.is(jsonOf(Buffer.from('<html>')), undefined)
})
bodies.run()
