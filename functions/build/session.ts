import { randomUUID } from 'node:crypto'
import { performServerHandshake, type ServerHttp2Stream } from 'node:http2'
import type { Duplex } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { registryHost } from './base-registries.ts'
import type { Grants } from './grants.ts'
import { fields, message } from './protobuf.ts'

/** Ends the session with the engine; a build that still needs it fails. */
export type Session = { id: string; close(): void }

/** Opens `POST /session` on the engine and gives the upgraded connection. */
export type Dial = (headers: Record<string, string | string[]>) => Promise<Duplex>

type Answer = { status: number; message?: Buffer }

const OK = 0
const NOT_FOUND = 5
const UNIMPLEMENTED = 12

/**
 * What BuildKit may call on us while it builds, by the first field of its message. Health: without it the engine
 * drops the session after seconds. Credentials: for a host without any, an empty message. GetSecret: newer engines
 * ask for tokens of build contexts, too, and take only NOT_FOUND as no (docs/decisions/0003).
 */
function methodsFor({ secrets, logins }: Grants): Record<string, (subject: string) => Answer> {
  return {
    '/grpc.health.v1.Health/Check': () => ({ status: OK, message: Buffer.from([0x08, 0x01]) }),
    '/moby.filesync.v1.Auth/Credentials': (host) => {
      const login = logins.get(registryHost(host))
      return { status: OK, message: login ? message(login.username, login.password) : Buffer.alloc(0) }
    },
    '/moby.buildkit.secrets.v1.Secrets/GetSecret': (id) => {
      const value = secrets.get(id)
      return value === undefined ? { status: NOT_FOUND } : { status: OK, message: message(value) }
    },
  }
}

/**
 * A BuildKit session: gRPC on HTTP/2, in which we are the server on a connection that we opened. dockerode's own
 * gives one password to any host and has no health check (docs/decisions/0003).
 */
export async function openSession(dial: Dial, grants: Grants): Promise<Session> {
  const id = randomUUID()
  const methods = methodsFor(grants)
  const socket = await dial({
    // `close`: a proxy before the engine may pass this on as bytes, because no second request can follow
    // (faasd/docker/haproxy.cfg).
    Connection: 'Upgrade, close',
    Upgrade: 'h2c',
    'X-Docker-Expose-Session-Uuid': id,
    'X-Docker-Expose-Session-Name': 'artefacto',
    'X-Docker-Expose-Session-Grpc-Method': Object.keys(methods),
  })
  // The engine ends the connection when it likes: what that means is said by the build's own answer.
  socket.on('error', () => {})
  const http2 = performServerHandshake(socket)
  http2.on('error', () => {})
  http2.on('stream', (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => {})
    const method = methods[String(headers[':path'])]
    buffer(stream)
      .then((sent) => answer(stream, method ? method(firstText(sent)) : { status: UNIMPLEMENTED }))
      // What ends in the middle, or is no gRPC.
      .catch(() => stream.destroy())
  })
  return {
    id,
    close: () => {
      // Not at once: what the handshake has read already is handed on in the next tick, and Node breaks at a session
      // that is gone by then (node:internal/http2/core, seen in 20.20).
      setImmediate(() => {
        http2.destroy()
        socket.destroy()
      })
    },
  }
}

/** The text in field 1 of a gRPC request, behind its prefix of five bytes; '' where there is none. */
function firstText(sent: Buffer): string {
  for (const [number, value] of fields(sent.subarray(5)))
    if (number === 1 && typeof value !== 'bigint') return value.toString('utf8')
  return ''
}

/** A gRPC reply: one length-prefixed message, the status in the trailers. */
function answer(stream: ServerHttp2Stream, { status, message }: Answer): void {
  if (stream.destroyed) return
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(status) }))
  if (message === undefined) return void stream.end()
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(message.length, 1)
  stream.end(Buffer.concat([prefix, message]))
}
