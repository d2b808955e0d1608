import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Fault } from './faults.ts'
import type { Reply } from './reply.ts'

/** Writes an answer, or as much of it as the fault lets through. */
export async function send(
  response: ServerResponse,
  reply: Reply,
  fault: Pick<Fault, 'truncateAt' | 'stallAfter'> = {},
): Promise<void> {
  const fixed = Buffer.isBuffer(reply.body)
  response.writeHead(reply.status, {
    server: 'github.com',
    'x-github-request-id': randomBytes(16).toString('hex').toUpperCase(),
    'x-github-media-type': 'github.v3; format=json',
    // A 304 has no body and tells no length.
    ...(fixed && reply.status !== 304 ? { 'content-length': String((reply.body as Buffer).length) } : {}),
    ...reply.headers,
  })
  const limit = Math.min(
    fault.truncateAt ?? Number.POSITIVE_INFINITY,
    fault.stallAfter ?? Number.POSITIVE_INFINITY,
  )
  const chunks = Buffer.isBuffer(reply.body) ? [reply.body] : reply.body
  const whole = await writeUpTo(response, chunks, limit)
  if (whole) response.end()
  else if (limit === fault.stallAfter) await once(response, 'close')
  else response.destroy()
}

/** Whether everything was written before `limit` bytes were reached. */
async function writeUpTo(
  response: ServerResponse,
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
  limit: number,
): Promise<boolean> {
  let left = limit
  for await (const chunk of chunks) {
    const part = chunk.subarray(0, left)
    left -= part.length
    if (response.destroyed) return true
    if (!response.write(part)) await drained(response)
    if (left === 0) {
      // What is written must be on its way before the connection breaks.
      response.flushHeaders()
      await new Promise((resolve) => setImmediate(resolve))
      return false
    }
  }
  return true
}

/** Until more can be written, or nobody reads any more; takes both listeners away again. */
async function drained(response: ServerResponse): Promise<void> {
  const waiting = new AbortController()
  const { signal } = waiting
  await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })])
  waiting.abort()
}
