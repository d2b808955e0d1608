import { type ClientHttp2Session, connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openSession, type Session } from '../../functions/build/session.ts'

/** The engine's side of a session: it is the client on a connection that was opened to it. */
let server: Server
let session: Session
let engine: ClientHttp2Session
let exposed: Record<string, string | string[]>

const sessions = suite('openSession')
sessions.before.each(async () => {
  const arrived = new Promise<Socket>((resolve) => {
    server = createServer(resolve)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  session = await openSession(async (headers) => {
    exposed = headers
    return connect((server.address() as AddressInfo).port, '127.0.0.1')
  })
  const socket = await arrived
  engine = connectHttp2('http://session', { createConnection: () => socket })
  engine.on('error', () => {})
})
sessions.after.each(() => {
  session.close()
  engine.destroy()
  server.close()
})

/** One gRPC call: the message that came back, and the status. */
async function call(path: string, message = Buffer.alloc(5)): Promise<[status: string, reply: string]> {
  const stream = engine.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' })
  const trailers = new Promise<IncomingHttpHeaders>((resolve) => stream.on('trailers', resolve))
  stream.end(message)
  const reply = await buffer(stream)
  return [String((await trailers)['grpc-status']), reply.toString('hex')]
}

sessions('is healthy, or engines drop it after seconds', async () => {
  assert.equal(await call('/grpc.health.v1.Health/Check'), ['0', '00000000020801'])
})
sessions('gives no credentials, whatever host a Dockerfile names', async () => {
  const host = Buffer.from('\0\0\0\0\x07\x0a\x05a.com')
  assert.equal(await call('/moby.filesync.v1.Auth/Credentials', host), ['0', '0000000000'])
})
sessions('has no secret', async () => {
  assert.equal(await call('/moby.buildkit.secrets.v1.Secrets/GetSecret'), ['5', ''])
})
for (const path of ['/moby.filesync.v1.FileSync/DiffCopy', '/moby.sshforward.v1.SSH/ForwardAgent', '/'])
  sessions(`does not know ${path}`, async () => assert.equal(await call(path), ['12', '']))
sessions('tells the engine its id and what it may call', () => {
  assert.is(exposed['X-Docker-Expose-Session-Uuid'], session.id)
  assert.equal(exposed['X-Docker-Expose-Session-Grpc-Method'], [
    '/grpc.health.v1.Health/Check',
    '/moby.filesync.v1.Auth/Credentials',
    '/moby.buildkit.secrets.v1.Secrets/GetSecret',
  ])
})
sessions('ends the connection when it is closed', async () => {
  const ended = new Promise((resolve) => engine.on('close', resolve))
  session.close()
  await ended
})
sessions.run()
