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

/** A caller's own X-Call-Id and X-Forwarded-* are kept; an X-Call-Id that was kept is not echoed. */
export function callHeaders(request: IncomingMessage): CallHeaders {
  const callId = request.headers['x-call-id'] || undefined
  const startTime = `${BigInt(Date.now()) * 1_000_000n}`
  const fresh = callId === undefined ? { 'X-Call-Id': randomUUID() } : {}
  const { remoteAddress, remotePort } = request.socket
  return {
    sent: {
      'X-Forwarded-For': `${remoteAddress}:${remotePort}`,
      ...(request.headers.host === undefined ? {} : { 'X-Forwarded-Host': request.headers.host }),
      ...passedOn(request),
      ...fresh,
      'X-Start-Time': startTime,
    },
    answered: { ...fresh, 'X-Start-Time': startTime, 'X-Served-By': 'artefacto' },
  }
}

/** All headers of a message but those of its connection, names in lower case, repeated ones as arrays. */
export function passedOn(message: IncomingMessage): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {}
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    if (!OF_THE_CONNECTION.has(name)) headers[name] = values?.length === 1 ? values[0] : values
  }
  return headers
}
