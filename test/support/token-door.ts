import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PrivateRegistry } from './private-registry.ts'

/**
 * The private registry as Docker Hub and most others are: behind a token service that knows its password. Anybody gets
 * a token, and nobody's opens nothing. https://distribution.github.io/distribution/spec/auth/token/
 */
export async function openTokenDoor({ host: behind, login }: PrivateRegistry) {
  const basic = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`
  /** Who asked for a token: whether with the password. */
  const granted: boolean[] = []
  const server = createServer((incoming, answer): unknown => {
    const { method, url = '', headers } = incoming
    const challenge = `Bearer realm="http://${host}/token",service="company",scope="repository:company/base:pull"`
    incoming.resume()
    // With a password engines try OAuth first; a service that has none answers so.
    if (url.startsWith('/token') && method === 'POST') return answer.writeHead(404).end()
    if (url.startsWith('/token')) {
      granted.push(headers.authorization === basic)
      return answer.end(JSON.stringify({ token: headers.authorization === basic ? 'opens' : 'nothing' }))
    }
    if (headers.authorization !== 'Bearer opens')
      return answer.writeHead(401, { 'www-authenticate': challenge }).end()
    const onward = request(`http://${behind}${url}`, {
      method,
      headers: { ...headers, host, authorization: basic },
    })
    onward.on('response', (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers)
      reply.pipe(answer)
    })
    return onward.end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    host,
    granted,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
