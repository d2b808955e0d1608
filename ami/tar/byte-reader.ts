import { unfit } from '../refusal.ts'

export type ByteReader = {
  /** Exactly so many bytes. */
  take(count: number): Promise<Buffer>
  /** So many bytes in the pieces in which they come. */
  pass(count: number): AsyncGenerator<Buffer>
  /** What is left. */
  rest(): AsyncGenerator<Buffer>
  /** How many bytes were taken. */
  at(): number
  /** Whether nothing is left. */
  ended(): Promise<boolean>
}

/** Bytes of a stream by count; a stream that ends too early is a Refusal. */
export function byteReader(source: AsyncIterable<Buffer>): ByteReader {
  const pieces = source[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)
  let came = 0

  async function grown(): Promise<boolean> {
    const { value, done } = await pieces.next()
    if (done) return false
    came += value.length
    rest = rest.length === 0 ? value : Buffer.concat([rest, value])
    return true
  }
  async function more(): Promise<void> {
    if (!(await grown())) throw unfit('the archive of the image ends in the middle')
  }

  return {
    async take(count) {
      while (rest.length < count) await more()
      const taken = rest.subarray(0, count)
      rest = rest.subarray(count)
      return taken
    },
    async *pass(count) {
      let left = count
      while (left > 0) {
        if (rest.length === 0) await more()
        const piece = rest.subarray(0, left)
        rest = rest.subarray(piece.length)
        left -= piece.length
        yield piece
      }
    },
    async *rest() {
      while (rest.length > 0 || (await grown())) {
        const piece = rest
        rest = Buffer.alloc(0)
        yield piece
      }
    },
    at: () => came - rest.length,
    async ended() {
      while (rest.length === 0) if (!(await grown())) return true
      return false
    },
  }
}
