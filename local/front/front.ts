import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'
import { passedOn } from '../gateway/call-headers.ts'
import { refusalOf } from './gate.ts'
import { strippedHeaders } from './stripped.ts'

// The build method waits 45 s for its build.
const SILENCE_MS = 65_000
const REQUEST_MS = 60_000
const HEADERS_MS = 10_000
// Longer than cloudflared keeps an idle connection (90 s): a POST that meets a closing one is not sent again.
const IDLE_MS = 120_000
const AT_ONCE = 64
// One function takes all deliveries into memory: above 64 kB, two at a time.
const LARGE = 64 * 1024
const LARGE_AT_ONCE = 2

export type Front = { port: number; close: () => Promise<void> }

/**
 * What a tunnel leads to: a listener on a free port of 127.0.0.1 that passes to the gateway what strangers may ask
 * and nothing else (docs/threat-model.md).
 */
export async function startFront(gatewayPort: number): Promise<Front> {
  let all = 0
  let large = 0
  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: HEADERS_MS, keepAliveTimeout: IDLE_MS },
    (request, response) => {
      const { method = '', url: target = '', rawHeaders: headers } = request
      const refusal = refusalOf({ method, target, headers })
      if (refusal) return refuse(response, refusal.status, refusal.text)
      const isLarge = Number(request.headers['content-length'] ?? 0) > LARGE
      if (all >= AT_ONCE || (isLarge && large >= LARGE_AT_ONCE)) return refuse(response, 503, BUSY)
      all += 1
      large += Number(isLarge)
      response.once('close', () => {
        all -= 1
        large -= Number(isLarge)
      })
      pass(request, response, gatewayPort)
    },
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const BUSY = 'not available; try again in a moment'

function pass(request: IncomingMessage, response: ServerResponse, port: number): void {
  const { method, url: path } = request
  const headers = strippedHeaders(request)
  const upstream = httpRequest({ host: '127.0.0.1', port, method, path, headers, timeout: SILENCE_MS })
  response.once('close', () => upstream.destroy())
  upstream.once('timeout', () => {
    refuse(response, 504, 'no answer in time')
    upstream.destroy()
  })
  upstream.once('error', () => refuse(response, 503, BUSY))
  upstream.once('response', (answer) => {
    // The gateway's name is nobody's business.
    const { 'x-served-by': _, ...shown } = passedOn(answer)
    const { 'content-length': length } = answer.headers
    response.writeHead(answer.statusCode ?? 502, {
      ...shown,
      ...(length === undefined ? {} : { 'content-length': length }),
    })
    pipeline(answer, response, () => {})
  })
  request.pipe(upstream)
}

// What is left of the body is not read: the connection ends.
function refuse(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) return void response.destroy()
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
    .end(`${text}\n`)
}
