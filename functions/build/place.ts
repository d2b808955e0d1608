import { type FileHandle, open } from 'node:fs/promises'
import { Failure } from '../shared/failure.ts'

/** Where the bytes of a file of the source lie on our disk: in which file, from which byte. */
export type Place = { file: string; at: number }

/** Bytes that are read at once, at most. */
const BLOCK = 64 * 1024

/** Reads what lies at places; it has one file open, the last that was asked for. To be closed. */
export function openReader() {
  let name: string | undefined
  let handle: FileHandle | undefined

  async function turnTo(file: string): Promise<FileHandle> {
    if (handle && name === file) return handle
    await close()
    handle = await open(file)
    name = file
    return handle
  }

  async function close(): Promise<void> {
    const before = handle
    handle = undefined
    await before?.close()
  }

  /** Fills a block; gives how many bytes there were. */
  async function into(block: Buffer, file: string, at: number): Promise<number> {
    try {
      return (await (await turnTo(file)).read(block, 0, block.length, at)).bytesRead
    } catch (error) {
      throw new Failure('source_broken', undefined, error)
    }
  }

  return {
    /** `size` bytes from there; fewer are `source_broken`. */
    async *read({ file, at }: Place, size: number): AsyncGenerator<Buffer> {
      for (let seen = 0; seen < size; ) {
        const block = Buffer.allocUnsafe(Math.min(BLOCK, size - seen))
        const bytesRead = await into(block, file, at + seen)
        if (bytesRead === 0) throw new Failure('source_broken')
        yield block.subarray(0, bytesRead)
        seen += bytesRead
      }
    },
    close,
  }
}
