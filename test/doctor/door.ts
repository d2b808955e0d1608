import { once } from 'node:events'
import {
  request as ask,
  createServer,
  type IncomingMessage,
  type RequestOptions,
  type ServerResponse,
} from 'node:http'
import { connect, type Socket } from 'node:net'

export type Door = Awaited<ReturnType<typeof openDoor>>

/** What is answered instead of what is behind the door. */
type Rule = { match: RegExp; status: number; body?: string }

type Behind = Pick<RequestOptions, 'socketPath' | 'host' | 'port'>

/** Stands before an HTTP server (an engine's socket, a gateway), lets all pass, and can be closed or lie. */
export async function openDoor(at: string | number, behind: () => Behind) {
  const sockets = new Set<Socket>()
  let rule: Rule | undefined
  const pass = (request: IncomingMessage, response: ServerResponse) => {
    const { method, url, headers } = request
    if (rule?.match.test(`${method} ${url}`)) {
      request.resume()
      response.writeHead(rule.status, { 'content-type': 'application/json' })
      return void response.end(rule.body ?? '{"message":"as the test wants it"}')
    }
    const onward = ask({ ...behind(), method, path: url, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    // What was asked for ends with who asked, as without a door.
    response.on('close', () => onward.destroy())
    request.pipe(onward)
  }
  const server = createServer(pass)
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('upgrade', (request, client: Socket, head) => {
    const line = `${request.method} ${request.url}`
    if (rule?.match.test(line))
      return void client.end(`HTTP/1.1 ${rule.status} No\r\nContent-Length: 0\r\n\r\n`)
    const { socketPath, host, port } = behind()
    const onward = socketPath ? connect(socketPath) : connect(Number(port), String(host))
    onward.on('error', () => client.destroy())
    client.on('close', () => onward.destroy())
    onward.on('close', () => client.destroy())
    const pairs = request.rawHeaders.map((text, index) => (index % 2 ? `${text}\r\n` : `${text}: `)).join('')
    onward.write(`${line} HTTP/1.1\r\n${pairs}\r\n`)
    onward.write(head)
    client.pipe(onward).pipe(client)
  })
  const open = async () => {
    server.listen(typeof at === 'string' ? { path: at } : { port: at, host: '127.0.0.1' })
    await once(server, 'listening')
  }
  const close = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  await open()
  return {
    open,
    close,
    /** Answers instead of what is behind; without a rule nothing is changed any more. */
    lie: (instead?: Rule) => {
      rule = instead
    },
  }
}
