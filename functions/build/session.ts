import { randomUUID } from 'node:crypto'
import { type IncomingHttpHeaders, performServerHandshake, type ServerHttp2Stream } from 'node:http2'
import type { Duplex } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { Failure } from '../shared/failure.ts'
import { registryHost } from './base-registries.ts'
import { sendFiles } from './file-sync.ts'
import type { Grants } from './grants.ts'
import { framed } from './grpc.ts'
import { type Offer, offered } from './offer.ts'
import { fields, message } from './protobuf.ts'

/** A session with the engine. */
export type Session = {
  id: string
  /** What was wrong with the sources, where a build fails of that; the engine only knows that they did not come. */
  failure(): Failure | undefined
  /** Ends it; a build that still needs it fails. */
  close(): void
}

/** Opens `POST /session` on the engine and gives the upgraded connection. */
export type Dial = (headers: Record<string, string | string[]>) => Promise<Duplex>

type Answer = { status: number; message?: Buffer }

const OK = 0
const NOT_FOUND = 5
const UNIMPLEMENTED = 12

const SYNC = '/moby.filesync.v1.FileSync/DiffCopy'

/** As much as Docker's own client takes: the engine sends the lines of .dockerignore, and what is copied, as headers. */
const HEADERS = { maxHeaderListPairs: 2 ** 20, settings: { maxHeaderListSize: 16 * 1024 ** 2 } }

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
export async function openSession(dial: Dial, grants: Grants, offer: Offer): Promise<Session> {
  const id = randomUUID()
  let failure: Failure | undefined
  const methods = methodsFor(grants)
  const socket = await dial({
    // `close`: a proxy before the engine may pass this on as bytes, because no second request can follow
    // (faasd/docker/haproxy.cfg).
    Connection: 'Upgrade, close',
    Upgrade: 'h2c',
    'X-Docker-Expose-Session-Uuid': id,
    'X-Docker-Expose-Session-Name': 'artefacto',
    'X-Docker-Expose-Session-Sharedkey': offer.key,
    'X-Docker-Expose-Session-Grpc-Method': [...Object.keys(methods), SYNC],
  })
  // The engine ends the connection when it likes: what that means is said by the build's own answer.
  socket.on('error', () => {})
  const http2 = performServerHandshake(socket, HEADERS)
  http2.on('error', () => {})
  http2.on('stream', (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => {})
    const path = String(headers[':path'])
    const method = methods[path]
    const answered =
      path === SYNC
        ? sync(stream, headers, offer)
        : buffer(stream).then((sent) =>
            answer(stream, method ? method(firstText(sent)) : { status: UNIMPLEMENTED }),
          )
    answered.catch((error: unknown) => {
      // What ends in the middle, or is no gRPC, is for the engine to say.
      if (error instanceof Failure) failure ??= error
      stream.destroy()
    })
  })
  return {
    id,
    failure: () => failure,
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

/** Gives the engine what it asks for of the sources. */
async function sync(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, offer: Offer): Promise<void> {
  const listed = offered(offer, headers)
  if (listed === undefined) return answer(stream, { status: NOT_FOUND })
  begin(stream, OK)
  // It is to be written to when nothing more is read of it.
  const asked = stream.iterator({ destroyOnReturn: false })
  await sendFiles(asked, listed, (bytes) => written(stream, bytes))
  stream.end()
}

/** Writes bytes, until they have gone or the stream has. */
function written(stream: ServerHttp2Stream, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => (error ? reject(error) : resolve()))
  })
}

/** A gRPC reply: one length-prefixed message, the status in the trailers. */
function answer(stream: ServerHttp2Stream, { status, message }: Answer): void {
  if (stream.destroyed) return
  begin(stream, status)
  if (message === undefined) stream.end()
  else stream.end(framed(message))
}

/** A reply that ends with this status. */
function begin(stream: ServerHttp2Stream, status: number): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(status) }))
}
