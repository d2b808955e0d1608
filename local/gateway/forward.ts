import {
  type Agent,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { asksForGzip, type CallHeaders, passedOn } from './call-headers.ts'

export type Upstream = {
  port: number
  /** path and query as the function shall see them */
  target: string
  headers: CallHeaders
  agent: Agent
  /** awaited before a 500 is sent */
  broken: () => Promise<void>
}

/**
 * Streams a call to a function's port and the answer back. 500 when the function cannot be reached; a caller
 * who goes away takes the connection to the function along (the function itself works on). Resolves when the
 * answer was sent or given up; never rejects.
 */
export function forward(request: IncomingMessage, response: ServerResponse, to: Upstream): Promise<void> {
  const started = performance.now()
  return new Promise((resolve) => {
    response.once('close', resolve)
    const upstream = httpRequest({
      host: '127.0.0.1',
      port: to.port,
      agent: to.agent,
      method: request.method,
      path: to.target,
      headers: { ...to.headers.sent, ...framing(request) },
    })
    response.once('close', () => upstream.destroy())
    upstream.once('error', async () => {
      request.unpipe(upstream)
      if (!response.headersSent && !response.destroyed) await to.broken()
      if (response.headersSent) response.destroy()
      else noAnswer(request, response, { ...to.headers.answered, ...duration(started) })
    })
    upstream.once('response', (answer) => {
      const headers = { ...to.headers.answered, ...answerHeaders(request, answer), ...duration(started) }
      passBack(request, response, answer, headers)
    })
    request.pipe(upstream)
  })
}

/** What of-watchdog answers while nothing listens behind it, and when a call breaks (executor/http_runner.go). */
export function noAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  headers: OutgoingHttpHeaders,
): void {
  request.resume()
  if (response.destroyed) return
  const internal = { 'x-openfaas-internal': 'of-watchdog', 'content-length': 0 }
  response.writeHead(500, { ...headers, ...internal, 'content-type': typeOf(request) }).end()
}

function duration(started: number): OutgoingHttpHeaders {
  return { 'x-duration-seconds': ((performance.now() - started) / 1000).toFixed(6) }
}

// Go sends a body in chunks, and `Content-Length: 0` where a method usually has one and this call has none.
function framing(request: IncomingMessage): OutgoingHttpHeaders {
  const { 'transfer-encoding': chunked, 'content-length': length = '0' } = request.headers
  if (chunked !== undefined || length !== '0') return { 'transfer-encoding': 'chunked' }
  return ['POST', 'PUT', 'PATCH'].includes(request.method ?? '') ? { 'content-length': '0' } : {}
}

function answerHeaders(request: IncomingMessage, answer: IncomingMessage): OutgoingHttpHeaders {
  const { 'content-length': length } = answer.headers
  return {
    ...(answer.statusCode === 304 ? {} : { 'content-type': typeOf(request) }),
    ...passedOn(answer),
    ...(length === undefined ? {} : { 'content-length': length }),
  }
}

// An answer without a type gets the request's (github.com/openfaas/faas-provider, proxy/proxy.go).
function typeOf(request: IncomingMessage): string {
  return request.headers['content-type'] ?? 'text/plain'
}

function passBack(
  request: IncomingMessage,
  response: ServerResponse,
  answer: IncomingMessage,
  headers: OutgoingHttpHeaders,
): void {
  const inflates = asksForGzip(request) && answer.headers['content-encoding'] === 'gzip'
  if (inflates) {
    delete headers['content-encoding']
    delete headers['content-length']
  }
  response.writeHead(answer.statusCode ?? 502, headers)
  pipeline(inflates ? [answer, createGunzip(), response] : [answer, response], () => {})
}
