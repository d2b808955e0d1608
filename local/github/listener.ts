import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { answer } from './answer.ts'
import { faultyReply } from './faults.ts'
import { isObject, object } from './lfs.ts'
import { notFound, Refusal, type Reply, refused } from './reply.ts'
import { send } from './send.ts'
import type { Site } from './site.ts'
import { download } from './tarball.ts'

const REQUESTS_KEPT = 10_000
const BODY_MAX = 1024 * 1024

/** A listener and its address, `http://HOST:PORT`; port 0 takes a free one. */
export async function listen(
  site: Site,
  kind: 'api' | 'codeload',
  host: string,
  port: number,
): Promise<{ server: Server; address: string }> {
  const server = createServer((request, response) => {
    // What is left to go wrong here is the connection.
    serve(site, kind, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve)
  })
  return { server, address: `http://${host}:${(server.address() as AddressInfo).port}` }
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
  kind: 'api' | 'codeload',
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', url: path = '/', headers } = request
  site.requests.push({ method, path, headers })
  if (site.requests.length > REQUESTS_KEPT) site.requests.shift()
  const fault = site.faults.take(`${method} ${path}`)
  if (fault?.delayMs !== undefined) await wait(fault.delayMs)
  if (fault?.drop) {
    request.socket.destroy()
    return
  }
  const instead = fault && faultyReply(fault)
  const reply = instead ?? (await replyOf(site, kind, request))
  await send(response, fault ? { ...reply, headers: { ...reply.headers, ...fault.headers } } : reply, fault)
}

async function replyOf(site: Site, kind: 'api' | 'codeload', request: IncomingMessage): Promise<Reply> {
  const { method = 'GET', headers } = request
  const url = new URL((kind === 'api' ? site.api : site.codeload) + (request.url ?? '/'))
  if (!isDecodable(url.pathname)) return refused(notFound())
  if (kind === 'codeload') return isObject(url) ? object(site, url, headers) : download(site, url, headers)
  const body = await readBody(request)
  if (body === undefined) return refused(new Refusal(413, 'Payload too large'))
  return answer(site, method, { site, url, parameters: [], headers, body })
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
