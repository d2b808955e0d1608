import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A CloudEvent as it came. */
export type Event = {
  specversion: string
  id: string
  source: string
  type: string
  subject: string
  time: string
  data: Record<string, unknown> & { services: Record<string, unknown>[] }
}

export type Heard = { headers: IncomingHttpHeaders; body: string; event: Event; fits: boolean }

/** What it does with a request whose signature fits. */
type Manners = { status: number; headers?: Record<string, string> } | 'hang'

/** Somebody who is told of merges, on 127.0.0.1, and checks each signature as Standard Webhooks says. */
export async function startReceiver(secret: () => string) {
  const heard: Heard[] = []
  const hanging: ServerResponse[] = []
  let manners: Manners = { status: 204 }
  let server: Server | undefined
  let port = 0

  async function open(): Promise<void> {
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      const body = Buffer.concat(chunks).toString()
      if (request.method === 'HEAD' && manners !== 'hang')
        return response.writeHead(manners.status, manners.headers).end()
      const fits = verifies(secret(), request.headers, body, Date.now())
      heard.push({ headers: request.headers, body, event: JSON.parse(body) as Event, fits })
      if (!fits) return response.writeHead(401).end()
      if (manners === 'hang') return hanging.push(response)
      return response.writeHead(manners.status, manners.headers).end()
    })
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  }

  async function close(): Promise<void> {
    const closed = new Promise((resolve) => server?.close(resolve))
    server?.closeAllConnections()
    await closed
  }

  await open()
  return {
    url: `http://127.0.0.1:${port}/hooks/T0P/s3cretpath`,
    heard,
    /** How often it was told of each type, oldest first. */
    types: () => heard.map(({ event }) => event.type.replace('artefacto.merge.', '')),
    answer: (next: Manners) => {
      manners = next
      for (const response of hanging.splice(0)) response.writeHead(204).end()
    },
    open,
    close,
  }
}

/** The receiving side of the specification, written from its text and not from ours. */
function verifies(secret: string, headers: IncomingHttpHeaders, body: string, now: number): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers
  if (Math.abs(now / 1000 - Number(timestamp)) > 300) return false
  const key = Buffer.from(
    secret
      .trim()
      .split('\n')[0]
      ?.replace(/^whsec_/, '') ?? '',
    'base64',
  )
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()
  return String(signatures)
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice('v1,'.length), 'base64'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected))
}
