import { createHash } from 'node:crypto'

/** A stream whose digest (`sha256:` and hex) and size in bytes are known once it has gone through. */
export function summed(bytes: AsyncIterable<Buffer>) {
  const hash = createHash('sha256')
  let size = 0
  async function* passed(): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      hash.update(chunk)
      size += chunk.length
      yield chunk
    }
  }
  return { stream: passed(), digest: () => `sha256:${hash.digest('hex')}`, size: () => size }
}
