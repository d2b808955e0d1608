import { type Agent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'

// OpenFaaS CE refuses more with a 500.
const LONGEST_BODY = 256_000

/** A body that OpenFaaS CE would not queue; `message` is what it answers. */
export class TooLargeToQueue extends Error {
  constructor(bytes: number) {
    super(`Error queuing request: request body too large (${bytes} bytes), maximum: ${LONGEST_BODY} bytes`)
    this.name = 'TooLargeToQueue'
  }
}

/** The whole body of a request that is to be queued. Throws TooLargeToQueue, after the body was read off. */
export async function bodyToQueue(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= LONGEST_BODY) chunks.push(chunk)
  }
  if (size > LONGEST_BODY) throw new TooLargeToQueue(size)
  return Buffer.concat(chunks)
}

export type QueuedCall = {
  port: number
  target: string
  headers: OutgoingHttpHeaders
  body: Buffer
  agent: Agent
  deadlineMs: number
}

/** One queued call, always a POST; the answer is read and dropped. Rejects where no whole answer came in time. */
export function deliver(call: QueuedCall): Promise<void> {
  return new Promise((resolve, reject) => {
    const upstream = httpRequest({
      host: '127.0.0.1',
      port: call.port,
      agent: call.agent,
      method: 'POST',
      path: call.target,
      headers: { ...call.headers, 'content-length': call.body.length },
    })
    const deadline = setTimeout(() => upstream.destroy(new Error('no answer in time')), call.deadlineMs)
    upstream.once('close', () => clearTimeout(deadline))
    upstream.once('error', reject)
    upstream.once('response', (answer) => {
      answer.resume()
      answer.once('error', reject)
      answer.once('end', resolve)
    })
    upstream.end(call.body)
  })
}
