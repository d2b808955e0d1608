import { once } from 'node:events'
import type { Agent, IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import * as words from './words.ts'

export type HttpCall = {
  method: string
  headers?: Record<string, string>
  /** What comes as a stream is sent as it comes. */
  body?: Buffer | string | AsyncIterable<Buffer> | undefined
  /** `false`: a connection of this call's own, and none that was kept. */
  agent?: Agent | false
  signal?: AbortSignal
  /** How long nothing may come or go, in ms, until all of the answer is there; 0: any time. */
  silence?: number
}

/**
 * One HTTP call by Node's own client: axios would cost a cold start 25 ms, and each call 1 ms (docs/decisions/0002).
 * Gives an answer of any status as it begins; rejects where there is none. Follows no redirect, and asks no proxy of
 * the environment.
 */
export async function callHttp(url: string | URL, call: HttpCall): Promise<IncomingMessage> {
  const { method, headers, body, agent, signal, silence = 0 } = call
  const target = new URL(url)
  const { request } = target.protocol === 'https:' ? await import('node:https') : await import('node:http')
  const options = {
    method,
    ...(headers && { headers }),
    ...(agent !== undefined && { agent }),
    ...(signal && { signal }),
  }
  const sent = request(target, options)
  // What breaks after the answer has begun is seen by whoever reads it.
  sent.on('error', () => {})
  sent.setTimeout(silence, () => sent.destroy(Object.assign(new Error(words.silence), { code: 'ETIMEDOUT' })))
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) sent.end(body)
  else {
    const source = Readable.from(body, { objectMode: false })
    source.once('error', (error) => sent.destroy(error)).pipe(sent)
    sent.once('close', () => source.destroy())
  }
  const [answer] = await answered
  return answer
}

/** The whole of an answer; throws where it is longer than `limit` bytes, or breaks off. */
export async function bodyOf(answer: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit) throw new Error(words.answerTooLong(limit))
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The value of a body of JSON; undefined where it is none. */
export function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
