import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  type RegistryAnswer,
  type RegistryCall,
  registryTransport,
} from '../../functions/shared/registry-transport.ts'
import { secretsIn } from '../../functions/shared/secrets.ts'
import { failureOf } from '../support/failure-of.ts'

/** What something that is no registry answers: a proxy before it, a broken line. */
async function answerOf(
  serve: RequestListener,
  call: RegistryCall = { method: 'GET', path: 'web/blobs/x' },
): Promise<RegistryAnswer> {
  const server = createServer(serve).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    return await registryTransport(`http://127.0.0.1:${port}`, secretsIn('/nowhere'))('web', call)
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

const plain = suite('registryTransport')
plain('follows no redirect', async () => {
  const paths: unknown[] = []
  const { status, headers } = await answerOf((request, response) => {
    paths.push(request.url)
    response.writeHead(307, { Location: '/elsewhere' }).end()
  })
  assert.equal([status, headers.location, paths], [307, '/elsewhere', ['/v2/web/blobs/x']])
})
plain('gives bytes as they came, even those that say they are packed', async () => {
  const packed = gzipSync('{"a":1}')
  const { body } = await answerOf((_, response) => {
    response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Type': 'application/json' }).end(packed)
  })
  assert.ok(body.equals(packed))
})
plain('sends bytes as they are', async () => {
  const sent = Buffer.from([0, 0xff, 0x7b, 0x0a])
  const headers = { 'content-type': 'application/vnd.x+json', 'content-length': '4' }
  const { body } = await answerOf(
    (request, response) => {
      response.setHeader('X-Type', String(request.headers['content-type']))
      request.pipe(response)
    },
    { method: 'PUT', path: 'web/manifests/x', headers, body: sent },
  )
  assert.ok(body.equals(sent))
})
plain('has an empty body for a HEAD', async () => {
  const { status, body } = await answerOf(
    (_, response) => response.writeHead(200, { 'Content-Length': 7 }).end(),
    {
      method: 'HEAD',
      path: 'web/manifests/x',
    },
  )
  assert.equal([status, body.length], [200, 0])
})
plain('takes a 403 for a refusal', async () => {
  const { code, message } = await failureOf(answerOf((_, response) => response.writeHead(403).end('canary')))
  assert.equal(
    [code, message],
    ['registry_error', 'the registry refused the password of registry-user (HTTP 403)'],
  )
})
const BROKEN: [string, RequestListener][] = [
  ['that breaks off before a status', (_, response) => response.destroy()],
  [
    'that breaks off within a body',
    (_, response) => {
      response.writeHead(200, { 'Content-Length': 100 })
      response.write('half', () => response.destroy())
    },
  ],
  ['that is not HTTP', (_, response) => response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n\r\n')],
]
for (const [name, serve] of BROKEN)
  plain(`takes an answer ${name} for none`, async () => {
    const { code, message } = await failureOf(answerOf(serve))
    assert.is(code, 'registry_down')
    assert.match(message, /^the registry does not answer \([^)]{3,80}\)$/)
  })
plain.run()
