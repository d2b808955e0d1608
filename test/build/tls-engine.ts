import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { makeDockerCredentials } from '../../faasd/docker/credentials.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const ANSWERS: Record<string, string> = {
  version: '{"Version":"29"}',
  build: '{"id":"moby.image.id","aux":{"ID":"sha256:1"}}\n',
  push: `{"aux":{"Digest":"${DIGEST}"}}\n`,
}

/**
 * What stands for an engine behind TLS on both sides, with certificates of these names, of which it shows the first.
 * It answers a build with headers, and the rest when `build` is called.
 */
export async function openTlsEngine(...names: [string, ...string[]]) {
  const folder = mkdtempSync(join(tmpdir(), 'tls-engine-'))
  for (const name of names) await makeDockerCredentials({ folder: join(folder, name), names: ['localhost'] })
  const file = (name: string, path: string) => readFileSync(join(folder, name, path), 'utf8')
  const identity = (name: string) => ({
    cert: file(name, 'certs/docker-server.crt'),
    key: file(name, 'certs/docker-server.key'),
    ca: file(name, 'secrets/docker-ca'),
  })
  let begun: (response: ServerResponse) => void
  const building = new Promise<ServerResponse>((resolve) => {
    begun = resolve
  })
  const server = createServer({ ...identity(names[0]), requestCert: true }, (request, response) => {
    response.flushHeaders()
    const [, what = ''] = /(version|build|push)(?:\?|$)/.exec(request.url ?? '') ?? []
    request.resume().once('end', () => (what === 'build' ? begun(response) : response.end(ANSWERS[what])))
  })
  const sessions: Duplex[] = []
  server.on('upgrade', (_request, socket) => {
    sessions.push(socket)
    socket.on('error', () => {})
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const { port } = server.address() as AddressInfo
  return {
    host: `tcp://localhost:${port}`,
    port,
    server,
    identity,
    digest: DIGEST,
    /** The folder with what build shows. */
    secrets: (name: string) => join(folder, name, 'secrets'),
    /** A build has begun. */
    building,
    build: async () => (await building).end(ANSWERS.build),
    close: () => {
      for (const session of sessions) session.destroy()
      server.closeAllConnections()
      server.close()
      rmSync(folder, { recursive: true })
    },
  }
}
