import type { Piece } from './sparse-disk.ts'

/** Of a snapshot's blocks, in bytes: https://docs.aws.amazon.com/ebs/latest/APIReference/API_PutSnapshotBlock.html */
export const BLOCK_BYTES = 524_288

export const BLOCKS_PER_GIB = 2 ** 30 / BLOCK_BYTES

/** A block with something in it; the last one is filled up with zeros. */
export type Block = { index: number; data: Buffer }

const ZEROS = Buffer.alloc(BLOCK_BYTES)

/** The blocks of a disk that are not all zeros, in order; each in a buffer that `take` gives, and `give` gets others back. */
export async function* blocksOf(
  pieces: AsyncIterable<Piece>,
  buffers: { take(): Promise<Buffer>; give(buffer: Buffer): void },
): AsyncGenerator<Block> {
  let block: Block | undefined
  for await (const { offset, data } of pieces) {
    for (let done = 0; done < data.length; ) {
      const at = offset + done
      const index = Math.floor(at / BLOCK_BYTES)
      if (block?.index !== index) {
        yield* filled(block)
        block = { index, data: (await buffers.take()).fill(0) }
      }
      done += data.copy(block.data, at - index * BLOCK_BYTES, done)
    }
  }
  yield* filled(block)

  function* filled(ready: Block | undefined): Generator<Block> {
    if (ready === undefined) return
    if (ready.data.equals(ZEROS)) buffers.give(ready.data)
    else yield ready
  }
}
