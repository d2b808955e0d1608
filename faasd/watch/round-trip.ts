import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { sign } from '../../functions/shared/signature.ts'
import { ask, whyNoAnswer } from './ask.ts'
import { lastSent } from './queue-monitor.ts'

/** A service that nobody has. */
export const NOBODY = 'artefacto-watch'

const LIMIT_MS = 5_000

/**
 * `answered`: the queue-worker delivers; `status` is what badge said to it. `missed`: no callback came; `sent` is
 * the number of the message that NATS delivered last, where it can be asked. `unknown`: nothing was learnt.
 */
export type RoundTrip =
  | { is: 'answered'; status: number }
  | { is: 'missed'; how: string; sent?: number | undefined }
  | { is: 'unknown'; how: string }

type Trip = { gateway: string; bridge: string; faasd: string; payloadSecret: string; waitMs: number }

/**
 * Sends a no-op through the queue and waits for the worker's callback: the gateway's 202 proves nothing, it goes on
 * after the worker has died. The listener is on the bridge, where the worker reaches it, under a path nobody guesses.
 */
export async function roundTrip(trip: Trip): Promise<RoundTrip> {
  const path = `/${randomBytes(32).toString('hex')}`
  const server = createServer()
  const returned = callback(server, path)
  try {
    await listen(server, trip.bridge)
  } catch (error) {
    return { is: 'unknown', how: `nothing can listen on ${trip.bridge} (${(error as Error).message})` }
  }
  const { port } = server.address() as AddressInfo
  try {
    const refused = await enqueue(trip, `http://${trip.bridge}:${port}${path}`)
    if (refused) return refused
    const waited = new AbortController()
    const status = await Promise.race([returned, sleep(trip.waitMs, undefined, { signal: waited.signal })])
    waited.abort()
    if (status !== undefined) return { is: 'answered', status }
    const sent = await lastSent(trip.faasd)
    return { is: 'missed', how: `a call queued ${trip.waitMs / 1000} s ago was not delivered`, sent }
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

async function listen(server: Server, address: string): Promise<void> {
  server.listen(0, address)
  await once(server, 'listening')
}

/** The status in the callback to `path`; other functions on the bridge may call the listener, too, and get 404. */
function callback(server: Server, path: string): Promise<number> {
  return new Promise((resolve) => {
    server.on('request', (request: IncomingMessage, response) => {
      const ours = request.method === 'POST' && request.url === path
      response.writeHead(ours ? 200 : 404, { Connection: 'close' }).end()
      if (ours) response.once('finish', () => resolve(Number(request.headers['x-function-status'])))
    })
  })
}

/** Undefined once the hint is queued. A gateway that refuses it has lost NATS. */
async function enqueue(trip: Trip, callbackUrl: string): Promise<RoundTrip | undefined> {
  const body = JSON.stringify({ services: [NOBODY] })
  const headers = {
    'Content-Type': 'application/json',
    'X-Hub-Signature-256': sign(trip.payloadSecret, body),
    'X-Callback-Url': callbackUrl,
  }
  const question = { method: 'POST', headers, body, limitMs: LIMIT_MS }
  try {
    const { status } = await ask(`${trip.gateway}/async-function/badge`, question)
    return status === 202
      ? undefined
      : { is: 'missed', how: `the gateway refuses to queue a call (${status})` }
  } catch (error) {
    return { is: 'unknown', how: `the gateway ${whyNoAnswer(error, LIMIT_MS)}` }
  }
}
