import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { finished } from 'node:stream/promises'

/** What stands for the engine: it answers everything, and shows what got through. */
export type Recorder = {
  /** method and target of each request since the last look */
  taken(): string[]
  /** the bytes since the last look */
  bytes(): string
  /** connections that are open now */
  open(): number
  close(): Promise<void>
}

/**
 * Answers 200 `{"passed":true}`, an upgrade with 101 and then its bytes once more. `/images/silent/json` gets no
 * answer, and `/images/chatty/json` one that does not end.
 */
export async function startRecorder(path: string): Promise<Recorder> {
  const requests: string[] = []
  let received = ''
  const sockets = new Set<Socket>()
  // As much as Go's server takes.
  const server = createServer({ maxHeaderSize: 1 << 20 }, async (request, response) => {
    requests.push(`${request.method} ${request.url}`)
    await finished(request.resume()).catch(() => {})
    if (request.url === '/images/silent/json') return
    if (request.url === '/images/chatty/json') return void chat(response)
    response.setHeader('Content-Type', 'application/json').setHeader('Content-Length', 15)
    response.end(request.method === 'HEAD' ? undefined : '{"passed":true}')
  })
  server.on('upgrade', (request, socket, head) => {
    requests.push(`${request.method} ${request.url}`)
    socket.on('error', () => {})
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n')
    socket.write(head)
    socket.pipe(socket)
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('data', (chunk) => (received += chunk.toString('latin1')))
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
  })
  await once(server.listen(path), 'listening')
  return {
    taken: () => requests.splice(0),
    bytes: () => {
      const seen = received
      received = ''
      return seen
    },
    open: () => sockets.size,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Writes as a build that prints does, until nobody is there to read it. */
function chat(response: ServerResponse): void {
  const timer = setInterval(() => response.write('{"stream":"still here"}\n'), 100)
  response.on('close', () => clearInterval(timer))
}
