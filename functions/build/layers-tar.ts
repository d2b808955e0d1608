import * as words from './words/disk-request.ts'

/** A layer as the registry has it: its bytes, and how many they are. */
export type LayerSource = { size: number; open(): Promise<AsyncIterable<Buffer>> }

const BLOCK = 512
/** From here on a size is no longer octal. */
const OCTAL_LIMIT = 8 ** 11

/**
 * The layers as one tar with the members 0, 1, …: what the service ami takes. Each is opened when it is its turn, and
 * closed with whoever reads; no more is in memory than one piece.
 */
export async function* layersTar(layers: LayerSource[]): AsyncGenerator<Buffer> {
  for (const [i, { size, open }] of layers.entries()) {
    yield header(`${i}`, size)
    let came = 0
    for await (const piece of await open()) {
      came += piece.length
      yield piece
    }
    if (came !== size) throw new Error(words.layerSize(i, came, size))
    yield Buffer.alloc(-size & (BLOCK - 1))
  }
  yield Buffer.alloc(2 * BLOCK)
}

/** A file of nobody's: ustar(5). */
function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK)
  block.write(name)
  for (const [at, value] of [
    [100, 0o644],
    [108, 0],
    [116, 0],
  ] as const)
    block.write(value.toString(8).padStart(7, '0'), at)
  if (size < OCTAL_LIMIT) block.write(size.toString(8).padStart(11, '0'), 124)
  else {
    block.writeUInt8(0x80, 124)
    block.writeUIntBE(size, 130, 6)
  }
  block.write('0'.repeat(11), 136)
  block.write('0', 156)
  block.write('ustar\x0000', 257)
  block.fill(' ', 148, 156)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}
