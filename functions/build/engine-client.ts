import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { text } from 'node:stream/consumers'
import type Docker from 'dockerode'
import { Failure } from '../shared/failure.ts'
import type { Secrets } from '../shared/secrets.ts'
import type { Dial } from './session.ts'
import * as places from './words/places.ts'

/** A question that the engine answers from memory, and does not answer within this time, in ms, is not answered. */
export const PATIENCE_MS = 20_000

/**
 * A client for the engine at `dockerHost`: `unix:///path`, or `tcp://host:port` with TLS on both sides
 * (docker-ca, docker-cert, docker-key). Made for each use, so that rotated certificates count at once.
 */
export async function engineClient(dockerHost: string, secrets: Secrets): Promise<Docker> {
  // Here, because it costs a cold start 20 ms (docs/decisions/0002).
  const { default: Docker } = await import('dockerode')
  if (dockerHost.startsWith('unix://')) return new Docker({ socketPath: dockerHost.slice('unix://'.length) })
  const { protocol, hostname, port } = new URL(dockerHost)
  if (protocol !== 'tcp:') throw new Failure('engine_down', places.notHost(dockerHost))
  const [ca, cert, key] = await Promise.all([
    secrets.need('docker-ca'),
    secrets.need('docker-cert'),
    secrets.need('docker-key'),
  ])
  return new Docker({ protocol: 'https', host: hostname, port: port || '2376', ca, cert, key })
}

/** What dockerode's modem keeps of its address; its types do not know it. */
type Address = {
  protocol?: string
  socketPath?: string
  host?: string
  port?: number | string
  ca?: string
  cert?: string
  key?: string
}

/**
 * Opens an upgraded connection on the engine's `/session`. Not by dockerode's modem, which says `Connection: Upgrade`
 * whatever it is told: the policy proxy passes on a session that ends its connection, and no other.
 */
export function dialSession(docker: Docker): Dial {
  const { protocol, socketPath, host, port, ca, cert, key } = docker.modem as Address
  const at = socketPath ? { socketPath } : { host, port, ca, cert, key }
  const send = protocol === 'https' ? httpsRequest : httpRequest
  return (headers) =>
    new Promise((resolve, reject) => {
      // As an option it counts while the connection is made, too.
      const timeout = PATIENCE_MS
      const request = send({ ...at, method: 'POST', path: '/session', headers, agent: false, timeout })
      request.once('timeout', () => {
        request.destroy(new Error(places.noAnswerWithin(PATIENCE_MS / 1000)))
      })
      request.once('upgrade', (_answer, socket, head) => {
        socket.setTimeout(0)
        socket.unshift(head)
        resolve(socket)
      })
      request.once('response', (answer) => {
        text(answer).then((body) => reject(refusal(answer.statusCode, body)), reject)
      })
      request.once('error', reject)
      request.end()
    })
}

/** As dockerode's own errors are: the engine's sentence and its status. */
function refusal(statusCode: number | undefined, body: string): Error {
  return Object.assign(new Error(places.engineAnswered(String(statusCode), body.trim())), { statusCode })
}
