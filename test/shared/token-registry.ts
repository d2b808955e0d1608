import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { State } from '../../local/state.ts'

/** What a registry with a token service was asked, and how it answers; tests change it as they go. */
export type TokenRegistry = {
  url: string
  /** `scheme value` of every authorization that the registry got ('' where none), oldest first. */
  authorizations: string[]
  /** Every question to the token service: its query, and its authorization. */
  questions: { query: Record<string, string>; authorization: string }[]
  /** The challenge's parameters; the realm is the token service unless a test says otherwise. */
  challenge: { realm: string; service: string; scope?: string }
  /** The token that the registry takes now, and the name under which the service grants it. */
  token: string
  grant: string
  close(): void
}

/** A registry that asks for tokens, over HTTP, and the HTTPS service that grants them, on 127.0.0.1. */
export async function startTokenRegistry(state: State): Promise<TokenRegistry> {
  const file = (name: string) => readFileSync(join(state.certs, name))
  const service = createTlsServer(
    { cert: file('registry.crt'), key: file('registry.key') },
    (request, response) => {
      const query = Object.fromEntries(new URL(request.url ?? '', 'https://x.invalid').searchParams)
      self.questions.push({ query, authorization: request.headers.authorization ?? '' })
      response.end(JSON.stringify({ [self.grant]: self.token }))
    },
  )
  const registry = createServer((request, response) => {
    const authorization = request.headers.authorization ?? ''
    self.authorizations.push(authorization)
    const fields = Object.entries(self.challenge).map(([name, value]) => `${name}="${value}"`)
    if (authorization === `Bearer ${self.token}`) response.end('{"tags":["a"]}')
    else response.writeHead(401, { 'WWW-Authenticate': `Bearer ${fields.join(',')}` }).end()
  })
  const [realm, url] = [
    `https://127.0.0.1:${await portOf(service)}/token`,
    `http://127.0.0.1:${await portOf(registry)}`,
  ]
  const self: TokenRegistry = {
    url,
    authorizations: [],
    questions: [],
    challenge: { realm, service: 'a registry' },
    token: 'first',
    grant: 'token',
    close: () => {
      for (const server of [service, registry]) {
        server.close()
        server.closeAllConnections()
      }
    },
  }
  return self
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
