import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { makeDockerCredentials } from '../../faasd/docker/credentials.ts'
import { freePort } from '../support/free-port.ts'
import { startHaproxy } from '../support/haproxy.ts'

const CONFIGURATION = join(import.meta.dirname, '../../faasd/docker/haproxy.cfg')
const SILENCE_MS = 20_000

/** The Docker policy proxy with certificates of its own, in front of the engine behind `dockerSocket`. */
export type Stage = {
  port: number
  folder: string
  /** the folder of the build function's secrets */
  secrets: string
  log(): string
  end(): Promise<void>
}

/** `listen`: one more address for the proxy, such as 10.0.0.1. */
export async function openStage(dockerSocket: string, listen?: string): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-docker-'))
  await makeDockerCredentials({ folder, names: ['artefacto-docker', '127.0.0.1'] })
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  writeFileSync(join(folder, 'ca.crt'), read('certs/docker-ca.crt'))
  writeFileSync(join(folder, 'server.pem'), read('certs/docker-server.crt') + read('certs/docker-server.key'))
  const port = await freePort()
  const addresses = [`127.0.0.1:${port}`, ...(listen === undefined ? [] : [`${listen}:${port}`])]
  const haproxy = await startHaproxy({
    files: [CONFIGURATION],
    env: { LISTEN: addresses.join(','), FOLDER: folder, DOCKER_SOCKET: dockerSocket },
    ports: [port],
  })
  return {
    port,
    folder,
    secrets: join(folder, 'secrets'),
    log: haproxy.output,
    end: async () => {
      await haproxy.stop()
      rmSync(folder, { recursive: true })
    },
  }
}

/** What the build function shows when it connects. */
function clientOf(stage: Stage) {
  const secret = (name: string) => readFileSync(join(stage.secrets, name))
  const shown = { ca: secret('docker-ca'), cert: secret('docker-cert'), key: secret('docker-key') }
  return { ...shown, host: '127.0.0.1', port: stage.port, servername: 'artefacto-docker' }
}

export function dial(stage: Stage, other: ConnectionOptions = {}): TLSSocket {
  return connect({ ...clientOf(stage), ...other })
}

/** Sends these bytes and gives what came until `until` fits or the connection ended. */
export function exchange(
  stage: Stage,
  bytes: string,
  until = WHOLE_ANSWER,
  other: ConnectionOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = dial(stage, other)
    let came = ''
    const done = () => {
      socket.destroy()
      resolve(came)
    }
    socket.setTimeout(SILENCE_MS, () => reject(new Error(`no answer to ${bytes.slice(0, 200)}`)))
    socket.on('data', (chunk) => {
      came += chunk.toString('latin1')
      if (until.test(came)) done()
    })
    // What is refused while it is still sent ends in a reset.
    socket.on('error', done).on('close', done)
    socket.write(bytes, 'latin1')
  })
}

/** The answer to a request, or to the first of several, in whole. */
const WHOLE_ANSWER = /^HTTP\/1\.[01] (?:101 |[\s\S]*\r\n\r\n\{.*\}$|20\d [\s\S]*content-length: 0\r\n)/i

/** The status of an answer; 0 where the connection ended without one. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.[01] (\d+)/.exec(answer)?.[1] ?? 0)
}

/** A request as bytes: `line` is method and target. */
export function request(line: string, headers: Record<string, string> = {}, body = ''): string {
  const length = body === '' ? {} : { 'Content-Length': String(body.length) }
  const all = Object.entries({ Host: 'artefacto-docker:2376', ...headers, ...length })
  return `${line} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`
}
