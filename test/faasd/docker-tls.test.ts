import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect as connectPlainly } from 'node:net'
import { join } from 'node:path'
import type { ConnectionOptions } from 'node:tls'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeAuthority, makeLeaf } from '../../registry/certificates.ts'
import { openRecorded, type Recorded } from './docker-recorded.ts'
import { dial, exchange, request, statusOf } from './docker-stage.ts'

const PING = request('GET /_ping')
const LONG_AGO = new Date(Date.now() - 900 * 86_400_000)
const AS_CLIENT = { commonName: 'artefacto build function', usage: 'clientAuth' as const }

let recorded: Recorded
const tls = suite('who may speak to the Docker policy proxy')

tls.before(async () => {
  recorded = await openRecorded()
})

tls.after(() => recorded.end())

const file = (name: string) => readFileSync(join(recorded.stage.folder, name), 'utf8')
const authority = () => ({ cert: file('certs/docker-ca.crt'), key: file('certs/docker-ca.key') })

async function shutOut(shown: ConnectionOptions): Promise<void> {
  assert.is(await exchange(recorded.stage, PING, undefined, shown), '')
  assert.equal(recorded.recorder.taken(), [])
}

tls("the build function, with its secrets, by the proxy's name", async () => {
  assert.is(statusOf(await exchange(recorded.stage, PING)), 200)
  assert.equal(recorded.recorder.taken(), ['GET /_ping'])
})

tls('nobody without a certificate', () => shutOut({ cert: undefined, key: undefined }))

tls('nobody with a certificate of another CA, though it has the same name', async () => {
  const other = await makeAuthority(new Date(), 'artefacto Docker CA')
  await shutOut(await makeLeaf(other, [], new Date(), AS_CLIENT))
  await shutOut(other)
})

tls('nobody with a certificate of that CA that has ended', async () => {
  const old = await makeAuthority(LONG_AGO, 'artefacto Docker CA')
  const leaf = await makeLeaf({ cert: old.cert, key: authority().key }, [], LONG_AGO, AS_CLIENT)
  await shutOut(leaf)
})

tls("nobody with a server's certificate of that CA, such as the proxy's own", async () => {
  await shutOut({ cert: file('certs/docker-server.crt'), key: file('certs/docker-server.key') })
})

tls('nobody without TLS, or with an old one', async () => {
  const socket = connectPlainly(recorded.stage.port, '127.0.0.1')
  let came = ''
  socket.on('data', (chunk) => (came += chunk.toString('latin1'))).on('error', () => {})
  socket.write(PING)
  await once(socket, 'close')
  assert.not.match(came, /HTTP/)
  await shutOut({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })
})

tls('nobody in HTTP/2', async () => {
  const socket = dial(recorded.stage, { ALPNProtocols: ['h2', 'http/1.1'] })
  await once(socket, 'secureConnect')
  assert.is(socket.alpnProtocol, 'http/1.1')
  socket.destroy()
  await shutOut({ ALPNProtocols: ['h2'] }).catch(() => recorded.recorder.taken())
})

tls('the build function while another opens connections and says nothing', async () => {
  const idle = Array.from({ length: 300 }, () => {
    const socket = connectPlainly({ host: '127.0.0.1', port: recorded.stage.port, localAddress: '127.0.0.9' })
    return socket.on('error', () => {})
  })
  await Promise.all(idle.map((socket) => once(socket, 'connect').catch(() => {})))
  for (let asked = 0; asked < 10; asked++) assert.is(statusOf(await exchange(recorded.stage, PING)), 200)
  recorded.recorder.taken()
  for (const socket of idle) socket.destroy()
})

tls.run()
