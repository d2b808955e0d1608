import { randomUUID } from 'node:crypto'
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'

// RFC 9110, 7.6.1: they describe one connection and are not passed on. Content-Length neither: the gateway
// sends a body on in chunks.
const OF_THE_CONNECTION = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** What the gateway adds to a call: `sent` to the function's request, `answered` to the caller's answer. */
export type CallHeaders = { sent: OutgoingHttpHeaders; answered: OutgoingHttpHeaders }

/**
 * A caller's own X-Call-Id is kept and then not echoed; X-Start-Time is added to the caller's
 * (github.com/openfaas/faas, gateway/handlers/callid_middleware.go).
 */
export function taggedHeaders(request: IncomingMessage): CallHeaders {
  const fresh = request.headers['x-call-id'] ? {} : { 'x-call-id': randomUUID() }
  const startTime = `${BigInt(Date.now()) * 1_000_000n}`
  const startTimes = [...(request.headersDistinct['x-start-time'] ?? []), startTime]
  return {
    sent: { ...passedOn(request), ...fresh, 'x-start-time': startTimes.join(', ') },
    answered: { ...fresh, 'x-start-time': startTime, 'x-served-by': 'artefacto' },
  }
}

/**
 * The headers of a synchronous call. A caller's own X-Forwarded-* are kept; what Go's HTTP client adds where it
 * is missing comes too (gateway/handlers/forwarding_proxy.go, Go's net/http).
 */
export function callHeaders(request: IncomingMessage): CallHeaders {
  const { sent, answered } = taggedHeaders(request)
  const { remoteAddress, remotePort } = request.socket
  const { host } = request.headers
  return {
    sent: {
      'user-agent': 'Go-http-client/1.1',
      ...(asksForGzip(request) ? { 'accept-encoding': 'gzip' } : {}),
      'x-forwarded-for': `${remoteAddress}:${remotePort}`,
      ...(host === undefined ? {} : { 'x-forwarded-host': host }),
      ...sent,
    },
    answered,
  }
}

/** Whether Go's client asks for gzip on its own; it then inflates the answer, too. */
export function asksForGzip({ headers, method }: IncomingMessage): boolean {
  return headers['accept-encoding'] === undefined && headers.range === undefined && method !== 'HEAD'
}

/** All headers of a message but those of its connection, names in lower case, repeated ones as arrays. */
export function passedOn(message: IncomingMessage): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {}
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    if (!OF_THE_CONNECTION.has(name)) headers[name] = values?.length === 1 ? values[0] : values
  }
  return headers
}
