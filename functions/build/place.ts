import { type FileHandle, open } from 'node:fs/promises'
import { Failure } from '../shared/failure.ts'

/** Where the bytes of a file of the source lie on our disk: in which file, from which byte. */
export type Place = { file: string; at: number }

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

  return {
    /** Fills all of `room` with the bytes from there; fewer are `source_broken`. */
    async fill(room: Buffer, { file, at }: Place): Promise<void> {
      for (let seen = 0; seen < room.length; ) {
        const { bytesRead } = await turnTo(file)
          .then((opened) => opened.read(room, seen, room.length - seen, at + seen))
          .catch((error: unknown) => {
            throw new Failure('source_broken', undefined, error)
          })
        if (bytesRead === 0) throw new Failure('source_broken')
        seen += bytesRead
      }
    },
    close,
  }
}
