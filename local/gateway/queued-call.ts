import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { passedOn } from './call-headers.ts'
import { callBack } from './callback.ts'

// OpenFaaS CE refuses more with a 500 (github.com/openfaas/nats-queue-worker, handler/nats_queue.go).
const LONGEST_BODY = 256_000

/** A body that OpenFaaS CE would not queue; `message` is what it answers. */
export class TooLargeToQueue extends Error {
  constructor(bytes: number) {
    const size = `(${bytes} bytes), maximum: ${LONGEST_BODY} bytes`
    super(`Error queuing request: request body too large for OpenFaaS CE ${size}`)
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
  /** the gateway's own */
  port: number
  /** the name as it was called, with its namespace if it had one */
  called: string
  /** path and query on the gateway */
  target: string
  headers: OutgoingHttpHeaders
  body: Buffer
  callback?: URL | undefined
}

/** What a function answered to a queued call; 503 where the connection ended without an answer. */
export type Result = { status: number; headers: OutgoingHttpHeaders; body: Buffer }

/**
 * What OpenFaaS CE's worker does with one message (github.com/openfaas/nats-queue-worker, main.go): one POST to
 * the gateway, whatever the method was, and one to the callback's address if there is one. Never rejects.
 */
export async function deliver(call: QueuedCall): Promise<void> {
  const started = performance.now()
  const result = await post(call).catch(() => ({ status: 503, headers: {}, body: Buffer.alloc(0) }))
  if (call.callback === undefined) return
  const seconds = (performance.now() - started) / 1000
  await callBack(call.callback, result, {
    'x-duration-seconds': seconds.toFixed(6),
    'x-function-status': result.status,
    'x-function-name': call.called,
    'x-call-id': call.headers['x-call-id'],
  })
}

function post({ port, target, headers, body }: QueuedCall): Promise<Result> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({
      host: '127.0.0.1',
      port,
      agent: false,
      method: 'POST',
      path: target,
      headers: { ...headers, 'content-length': body.length },
    })
    sent.once('error', reject)
    sent.once('response', (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.once('error', reject)
      answer.once('end', () => {
        const status = answer.statusCode ?? 503
        resolve({ status, headers: passedOn(answer), body: Buffer.concat(chunks) })
      })
    })
    sent.end(body)
  })
}
