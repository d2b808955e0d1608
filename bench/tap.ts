import { once } from 'node:events'
import { type IncomingMessage, request as plainAsk, createServer as plainServer } from 'node:http'
import { request as tlsAsk, createServer as tlsServer } from 'node:https'
import type { Duplex } from 'node:stream'

/** A call that went through, with its times in ms. */
export type Tapped = {
  line: string
  status: number
  began: number
  ended: number
  headers: IncomingMessage['headers']
}

type Identity = { cert: Buffer; key: Buffer; ca: Buffer }

/** A port of 127.0.0.1, or the path of a Unix socket. */
type Door = number | string

/** Stands at a door before a server on this machine, passes everything on, and remembers it. With an identity it speaks TLS. */
export async function startTap(door: Door, target: Door, identity?: Identity) {
  const calls: Tapped[] = []
  const at = typeof target === 'string' ? { socketPath: target } : { host: '127.0.0.1', port: target }
  // As they came: the engine does not read a header that came twice and was made one.
  const ask = ({ method, url: path, rawHeaders: headers }: IncomingMessage) =>
    (identity ? tlsAsk : plainAsk)({ ...at, method, path, headers, ...(identity && { ca: identity.ca }) })
  const remember = (request: IncomingMessage, began: number, { statusCode, headers }: IncomingMessage) => {
    const line = `${request.method} ${request.url}`
    calls.push({ line, status: statusCode ?? 502, began, ended: performance.now(), headers })
  }
  const server = identity ? tlsServer(identity) : plainServer()
  server.on('request', (request, response) => {
    const began = performance.now()
    const onward = ask(request)
    onward.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
      answer.once('end', () => remember(request, began, answer))
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  // The engine's /session: bytes both ways, for as long as its build runs.
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const began = performance.now()
    const onward = ask(request)
    onward.once('upgrade', (answer, other: Duplex, first: Buffer) => {
      remember(request, began, answer)
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}\r\n`)
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`)
      socket.write(first)
      other.write(head)
      join(socket, other)
    })
    onward.on('error', () => socket.destroy())
    onward.end()
  })
  server.listen(typeof door === 'string' ? { path: door } : { port: door, host: '127.0.0.1' })
  await once(server, 'listening')
  return {
    calls,
    close(): void {
      server.closeAllConnections()
      server.close()
    },
  }
}

function join(one: Duplex, other: Duplex): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => {})
    from.once('close', () => to.destroy())
    from.pipe(to)
  }
}

/** How long at least one of these calls was on its way, in ms. */
export function covered(calls: Pick<Tapped, 'began' | 'ended'>[]): number {
  let total = 0
  let until = Number.NEGATIVE_INFINITY
  for (const { began, ended } of [...calls].sort((a, b) => a.began - b.began)) {
    total += Math.max(0, ended - Math.max(began, until))
    until = Math.max(until, ended)
  }
  return total
}
