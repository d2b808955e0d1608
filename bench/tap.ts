import { once } from 'node:events'
import {
  type IncomingMessage,
  request as plainAsk,
  createServer as plainServer,
  type ServerResponse,
} from 'node:http'
import { request as tlsAsk, createServer as tlsServer } from 'node:https'

/** A call that went through, with its times in ms. */
export type Tapped = {
  line: string
  status: number
  began: number
  ended: number
  headers: IncomingMessage['headers']
}

type Identity = { cert: Buffer; key: Buffer; ca: Buffer }

/** Stands at `port` before a server on this machine, passes everything on, and remembers it. With an identity it speaks TLS. */
export async function startTap(port: number, target: number, identity?: Identity) {
  const calls: Tapped[] = []
  const pass = (request: IncomingMessage, response: ServerResponse) => {
    const began = performance.now()
    const { method, url: path, headers } = request
    const options = {
      host: '127.0.0.1',
      port: target,
      method,
      path,
      headers,
      ...(identity && { ca: identity.ca }),
    }
    const onward = (identity ? tlsAsk : plainAsk)(options, (answer) => {
      const status = answer.statusCode ?? 502
      response.writeHead(status, answer.headers)
      answer.pipe(response)
      answer.once('end', () =>
        calls.push({
          line: `${method} ${path}`,
          status,
          began,
          ended: performance.now(),
          headers: answer.headers,
        }),
      )
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  }
  const server = identity ? tlsServer(identity, pass) : plainServer(pass)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    calls,
    close(): void {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** How long at least one of these calls was on its way, in ms. */
export function covered(calls: Tapped[]): number {
  let total = 0
  let until = Number.NEGATIVE_INFINITY
  for (const { began, ended } of [...calls].sort((a, b) => a.began - b.began)) {
    total += Math.max(0, ended - Math.max(began, until))
    until = Math.max(until, ended)
  }
  return total
}
