import type { Duplex } from 'node:stream'
import Docker from 'dockerode'
import { Failure } from '../shared/failure.ts'
import type { Secrets } from '../shared/secrets.ts'
import type { Dial } from './session.ts'

/**
 * A client for the engine at `dockerHost`: `unix:///path`, or `tcp://host:port` with TLS on both sides
 * (docker-ca, docker-cert, docker-key). Made for each use, so that rotated certificates count at once.
 */
export async function engineClient(dockerHost: string, secrets: Secrets): Promise<Docker> {
  if (dockerHost.startsWith('unix://')) return new Docker({ socketPath: dockerHost.slice('unix://'.length) })
  const { protocol, hostname, port } = new URL(dockerHost)
  if (protocol !== 'tcp:')
    throw new Failure('engine_down', `docker_host=${dockerHost}: write unix:///… or tcp://host:port`)
  const [ca, cert, key] = await Promise.all([
    secrets.need('docker-ca'),
    secrets.need('docker-cert'),
    secrets.need('docker-key'),
  ])
  return new Docker({ protocol: 'https', host: hostname, port: port || '2376', ca, cert, key })
}

/** Opens an upgraded connection on the engine's `/session`. dockerode's types do not know its modem. */
export function dialSession(docker: Docker): Dial {
  return (headers) =>
    new Promise((resolve, reject) => {
      const modem = docker.modem as {
        dial(options: object, done: (error: unknown, socket: Duplex) => void): void
      }
      const statusCodes = { 101: true, 200: true, 400: 'refused', 403: 'forbidden', 500: 'server error' }
      const options = { path: '/session', method: 'POST', headers, hijack: true, statusCodes }
      modem.dial(options, (error, socket) => (error ? reject(error) : resolve(socket)))
    })
}
