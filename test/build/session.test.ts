import { type ClientHttp2Session, connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { framed, messagesIn } from '../../functions/build/grpc.ts'
import { message } from '../../functions/build/protobuf.ts'
import { openSession, type Session } from '../../functions/build/session.ts'
import { inMemory } from '../../functions/build/synced.ts'

/** The engine's side of a session: it is the client on a connection that was opened to it. */
let server: Server
let session: Session
let engine: ClientHttp2Session
let exposed: Record<string, string | string[]>

/** On the disk nothing of it can be read. */
const OFFER = {
  key: 'acme/shop',
  dockerfile: inMemory('Dockerfile', Buffer.from('FROM scratch\n'), 1),
  context: [
    inMemory('a', Buffer.from('A'), 1),
    { ...inMemory('b', Buffer.from('B'), 1), bytes: { file: '/nowhere', at: 0 } },
  ],
}
const GRANTS = {
  secrets: new Map([['npm', 'ä-token']]),
  logins: new Map([
    ['registry.example:5000', { username: 'puller', password: 'p'.repeat(200) }],
    ['docker.io', { username: 'hub', password: 'word' }],
  ]),
  closed: [],
}

const sessions = suite('openSession')
sessions.before.each(async () => {
  const arrived = new Promise<Socket>((resolve) => {
    server = createServer(resolve)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  session = await openSession(
    async (headers) => {
      exposed = headers
      return connect((server.address() as AddressInfo).port, '127.0.0.1')
    },
    GRANTS,
    OFFER,
  )
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
async function call(path: string, sent: Buffer = Buffer.alloc(5)): Promise<[status: string, reply: string]> {
  const stream = engine.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' })
  const trailers = new Promise<IncomingHttpHeaders>((resolve) => stream.on('trailers', resolve))
  stream.end(sent)
  const reply = await buffer(stream)
  return [String((await trailers)['grpc-status']), reply.toString('hex')]
}

sessions('is healthy, or engines drop it after seconds', async () => {
  assert.equal(await call('/grpc.health.v1.Health/Check'), ['0', '00000000020801'])
})
/** What asks about one host or secret. */
const about = (subject: string) => framed(Buffer.from([0x0a, subject.length, ...Buffer.from(subject)]))
const CREDENTIALS = '/moby.filesync.v1.Auth/Credentials'
const SECRET = '/moby.buildkit.secrets.v1.Secrets/GetSecret'

for (const host of ['a.com', 'registry.example', 'registry.example:443', 'evil.registry.example:5000', ''])
  sessions(`gives no credentials for the host ${host || 'of no name'}, which has none`, async () => {
    assert.equal(await call(CREDENTIALS, about(host)), ['0', '0000000000'])
  })
sessions('gives the credentials of a host to that host alone', async () => {
  const [status, reply] = await call(CREDENTIALS, about('registry.example:5000'))
  // Field 1 of 6 bytes, field 2 of 200.
  assert.is(status, '0')
  assert.is(
    reply.slice(10),
    Buffer.from(`\x0a\x06puller\x12\xc8\x01${'p'.repeat(200)}`, 'latin1').toString('hex'),
  )
})
sessions('gives those of Docker Hub by the name that the engine has for it', async () => {
  const [, reply] = await call(CREDENTIALS, about('registry-1.docker.io'))
  assert.is(Buffer.from(reply, 'hex').subarray(5).toString(), '\x0a\x03hub\x12\x04word')
})
sessions('gives a secret by its id', async () => {
  const [status, reply] = await call(SECRET, about('npm'))
  assert.equal([status, Buffer.from(reply, 'hex').subarray(7).toString()], ['0', 'ä-token'])
})
for (const id of ['NPM', 'npm/', '../npm', 'constructor', '__proto__', ''])
  sessions(`has no secret ${id || 'without a name'}`, async () => {
    assert.equal(await call(SECRET, about(id)), ['5', ''])
  })
sessions('survives what is no message', async () => {
  const stream = engine.request({ ':method': 'POST', ':path': SECRET, 'content-type': 'application/grpc' })
  stream.on('error', () => {})
  stream.end(framed(Buffer.from([0x0a, 0x7f])))
  await new Promise((resolve) => stream.on('close', resolve))
  assert.equal(await call(SECRET, about('npm')).then(([status]) => status), '0')
})
for (const path of ['/moby.filesync.v1.FileSend/DiffCopy', '/moby.sshforward.v1.SSH/ForwardAgent', '/'])
  sessions(`does not know ${path}`, async () => assert.equal(await call(path), ['12', '']))
/** Begins to read what is offered under a name, and asks for these files of it. */
function sync(name: string, ...asked: number[]) {
  const headers = { ':method': 'POST', ':path': SYNC, 'content-type': 'application/grpc', 'dir-name': name }
  const stream = engine.request(headers)
  stream.on('error', () => {})
  for (const id of asked) stream.write(framed(message(1, '', id)))
  return stream
}
const SYNC = '/moby.filesync.v1.FileSync/DiffCopy'

sessions('gives of the sources what is asked for', async () => {
  const stream = sync('context', 0)
  let heard = ''
  for await (const messages of messagesIn(stream)) {
    heard += messages.map((bytes) => bytes.toString('hex')).join(' ')
    // What belongs to the first file, `A`, and its end.
    if (heard.includes('0802220141') && !stream.writableEnded) stream.end(framed(message(3)))
  }
  assert.ok(heard.endsWith('0803'), heard)
  assert.is(session.failure(), undefined)
})
for (const name of ['', '..', '/', 'home', 'Context'])
  sessions(`has no folder of the name ${name || 'that is none'}`, async () => {
    const stream = sync(name)
    const trailers = new Promise<IncomingHttpHeaders>((resolve) => stream.on('trailers', resolve))
    stream.resume()
    assert.is(String((await trailers)['grpc-status']), '5')
    stream.close()
  })
sessions('ends a transfer in which a file is asked for that was not shown', async () => {
  const stream = sync('context', 2)
  stream.resume()
  await new Promise((resolve) => stream.on('close', resolve))
  assert.is(session.failure(), undefined)
})
sessions('knows what was wrong where a file cannot be read', async () => {
  const stream = sync('context', 1)
  stream.resume()
  await new Promise((resolve) => stream.on('close', resolve))
  assert.is(session.failure()?.code, 'source_broken')
})
sessions('takes a thousand rules of a .dockerignore, which come as headers', async () => {
  const rules = Array.from({ length: 1_000 }, (_, at) => `node_modules/package-${at}/**`)
  const stream = engine.request({
    ':method': 'POST',
    ':path': SYNC,
    'dir-name': 'none',
    'exclude-patterns': rules,
  })
  const trailers = new Promise<IncomingHttpHeaders>((resolve) => stream.on('trailers', resolve))
  stream.resume()
  assert.is(String((await trailers)['grpc-status']), '5')
})
sessions('tells the engine its id and what it may call', () => {
  assert.is(exposed['X-Docker-Expose-Session-Uuid'], session.id)
  assert.equal(exposed['X-Docker-Expose-Session-Grpc-Method'], [
    '/grpc.health.v1.Health/Check',
    '/moby.filesync.v1.Auth/Credentials',
    '/moby.buildkit.secrets.v1.Secrets/GetSecret',
    '/moby.filesync.v1.FileSync/DiffCopy',
  ])
  assert.is(exposed['X-Docker-Expose-Session-Sharedkey'], 'acme/shop')
})
sessions('ends the connection when it is closed', async () => {
  const ended = new Promise((resolve) => engine.on('close', resolve))
  session.close()
  await ended
})
sessions.run()
