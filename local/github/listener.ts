import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { answer } from './answer.ts'
import { faultyReply } from './faults.ts'
import { isLfsBatch, isObject, object } from './lfs.ts'
import { notFound, Refusal, type Reply, refused } from './reply.ts'
import { send } from './send.ts'
import type { Site } from './site.ts'
import { download } from './tarball.ts'
import { isWebPage } from './web.ts'

const REQUESTS_KEPT = 10_000
const BODY_MAX = 1024 * 1024

type Kind = 'api' | 'codeload' | 'web'
type Where = { host: string; port: number; tls: { cert: string; key: string } | undefined }

/** A listener and its address, `http://HOST:PORT`; port 0 takes a free one. */
export async function listen(
  site: Site,
  kind: Kind,
  { host, port, tls }: Where,
): Promise<{ server: Server; address: string }> {
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    // What is left to go wrong here is the connection.
    serve(site, kind, request, response).catch(() => response.destroy())
  }
  const server: Server = tls ? createSecureServer(tls, answer) : createServer(answer)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve)
  })
  return { server, address: `http${tls ? 's' : ''}://${host}:${(server.address() as AddressInfo).port}` }
}

/** Ends a listener and the connections that are still open. */
export function closeListener(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

async function serve(
  site: Site,
  kind: Kind,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', url: path = '/', headers } = request
  site.requests.push({ method, path, headers })
  if (site.requests.length > REQUESTS_KEPT) site.requests.shift()
  const fault = site.faults.take(`${method} ${path}`)
  if (fault?.delayMs !== undefined) await wait(fault.delayMs)
  await fault?.until
  if (fault?.drop) {
    request.socket.destroy()
    return
  }
  const instead = fault && faultyReply(fault)
  const reply = instead ?? (await replyOf(site, kind, request))
  const date = site.now().toUTCString()
  await send(response, { ...reply, headers: { date, ...reply.headers, ...fault?.headers } }, fault)
}

async function replyOf(site: Site, listener: Kind, request: IncomingMessage): Promise<Reply> {
  const { method = 'GET', headers } = request
  const { kind, path } = site.enterprise ? below(request.url) : { kind: listener, path: request.url ?? '/' }
  const url = new URL(site.web + path)
  if (!isDecodable(url.pathname)) return refused(notFound())
  if (kind === 'codeload') return isObject(url) ? object(site, url, headers) : download(site, url, headers)
  if (kind === 'web' && !isWebPage(url) && !isLfsBatch(url)) return refused(notFound())
  const body = await readBody(request)
  if (body === undefined) return refused(new Refusal(413, 'Payload too large'))
  return answer(site, method, { site, url, parameters: [], headers, body })
}

/** Without subdomains Enterprise Server has all on one host; beside the API are the pages, and Git LFS. */
function below(path = '/'): { kind: Kind; path: string } {
  const [, prefix, rest = '/'] = /^\/(api\/v3|_codeload)(\/.*)?$/.exec(path) ?? []
  if (prefix === '_codeload') return { kind: 'codeload', path: rest }
  return prefix === 'api/v3' ? { kind: 'api', path: rest } : { kind: 'web', path }
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > BODY_MAX) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
