import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request as ask, createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { State } from '../../local/state.ts'

/** Stands before the registry, with its certificate, and can keep one request from ever arriving. */
export async function startRegistryProxy(state: State, registryPort: number, port: number) {
  const file = (name: string) => readFileSync(join(state.certs, name))
  let held: { match: RegExp; caught: () => void } | undefined
  const server = createServer(
    { cert: file('registry.crt'), key: file('registry.key') },
    (request, response) => {
      if (held?.match.test(`${request.method} ${request.url}`)) {
        held.caught()
        return
      }
      const { method, url, headers } = request
      const options = {
        host: '127.0.0.1',
        port: registryPort,
        method,
        path: url,
        headers,
        ca: file('ca.crt'),
      }
      const forward = ask(options, (answer: IncomingMessage) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      })
      forward.on('error', () => response.destroy())
      request.pipe(forward)
    },
  )
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The next requests that fit are never answered; resolves when the first of them is there. */
    hold: (match: RegExp) =>
      new Promise<void>((caught) => {
        held = { match, caught }
      }),
    release: () => {
      held = undefined
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
