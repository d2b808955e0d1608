import type { IncomingMessage } from 'node:http'
import { type Readable, Transform } from 'node:stream'
import { finished } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { RefusedBody } from './refused-body.ts'

/**
 * The bytes of a request's body after its Content-Encoding was taken off, as body-parser reads them; `undefined`
 * when the request announces none. `limit` counts decoded bytes. A refused body is read to its end first, so
 * that the client gets to see the answer. Throws RefusedBody.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  if (!announcesBody(request)) return undefined
  try {
    return await collect(decoded(request), limit)
  } catch (error) {
    request.unpipe()
    request.resume()
    if (!request.readableEnded) await finished(request, { writable: false })
    if (error instanceof RefusedBody) throw error
    throw new RefusedBody(400, 'BadRequestError', (error as Error).message)
  }
}

function announcesBody(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined || request.headers['content-length'] !== undefined
}

function decoded(request: IncomingMessage): Readable {
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase()
  if (encoding === 'identity') return request
  return request.pipe(decoder(encoding))
}

function decoder(encoding: string): Transform {
  if (encoding === 'gzip') return createGunzip()
  if (encoding === 'deflate') return createInflate()
  if (encoding === 'br') return createBrotliDecompress()
  throw new RefusedBody(415, 'UnsupportedMediaTypeError', `unsupported content encoding "${encoding}"`)
}

function collect(stream: Readable, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) {
        chunks.push(chunk)
        return
      }
      chunks.length = 0
      // A decoder is stopped at once: a few kB of gzip can stand for gigabytes.
      if (stream instanceof Transform) stream.destroy()
      reject(new RefusedBody(413, 'PayloadTooLargeError', 'request entity too large'))
    })
    stream.once('end', () => resolve(Buffer.concat(chunks)))
    stream.once('error', reject)
    stream.once('close', () => reject(new RefusedBody(400, 'BadRequestError', 'request aborted')))
  })
}
