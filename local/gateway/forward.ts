import { type Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { type CallHeaders, passedOn } from './call-headers.ts'
import { plainAnswer } from './plain-answer.ts'

export type Upstream = {
  port: number
  /** path and query as the function shall see them */
  target: string
  headers: CallHeaders
  agent: Agent
  /** awaited before a 502 is sent */
  broken: () => Promise<void>
}

/**
 * Streams a call to a function's port and the answer back. 502 when the function cannot be reached; a caller
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
      request.resume()
      if (!response.headersSent && !response.destroyed) await to.broken()
      if (response.headersSent) response.destroy()
      else plainAnswer(response, 502, '', to.headers.answered)
    })
    upstream.once('response', (answer) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(6)
      response.writeHead(answer.statusCode ?? 502, {
        ...to.headers.answered,
        ...passedOn(answer),
        ...sizeOf(answer),
        'X-Duration-Seconds': seconds,
      })
      pipeline(answer, response, () => {})
    })
    request.pipe(upstream)
  })
}

// Go sends a body in chunks, and `Content-Length: 0` where a method usually has one and this call has none.
function framing(request: IncomingMessage) {
  const { 'transfer-encoding': chunked, 'content-length': length = '0' } = request.headers
  if (chunked !== undefined || length !== '0') return { 'transfer-encoding': 'chunked' }
  return ['POST', 'PUT', 'PATCH'].includes(request.method ?? '') ? { 'content-length': '0' } : {}
}

function sizeOf(answer: IncomingMessage) {
  const length = answer.headers['content-length']
  return length === undefined ? {} : { 'content-length': length }
}
