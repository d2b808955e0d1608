import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'

/** Stands between build and a Docker Engine and writes down what build sends. */
export type EngineTap = {
  /** For `docker_host`. */
  host: string
  /** All bytes that were sent, connection after connection, as Latin-1. */
  sent(): string
  close(): void
}

/** A socket in `folder` whose connections lead to the engine at `engineHost` (`unix://…`), byte for byte. */
export async function tapEngine(engineHost: string, folder: string): Promise<EngineTap> {
  const connections: Buffer[][] = []
  const sockets = new Set<Socket>()
  const path = join(folder, 'tap.sock')
  const server = createServer((client) => {
    const bytes: Buffer[] = []
    connections.push(bytes)
    const engine = connect(engineHost.slice('unix://'.length))
    for (const socket of [client, engine]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        client.destroy()
        engine.destroy()
      })
    }
    client.on('data', (chunk) => bytes.push(chunk))
    client.pipe(engine)
    engine.pipe(client)
  })
  await once(server.listen(path), 'listening')
  return {
    host: `unix://${path}`,
    sent: () => connections.map((bytes) => Buffer.concat(bytes).toString('latin1')).join('\r\n'),
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
