import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import * as places from './words/places.ts'

/** A log keeps this many bytes; what comes after is left out, and the log says so. */
export const LOG_LIMIT = 16 * 1024 * 1024

/** What one read gives at most, in bytes. */
const PIECE = 1024 * 1024

/** The log of one build while it runs: a file beside the source, because memory is for all builds together. */
export type BuildLog = {
  write(text: string): void
  /** The text from byte `from` (at most 1 MB), and the byte after it. */
  read(from: number): { text: string; next: number }
  /** The whole, compressed, for the ledger. */
  compressed(): Promise<Buffer>
  close(): void
}

export function openBuildLog(file: string): BuildLog {
  const handle = openSync(file, 'w+', 0o600)
  let size = 0
  let full = false
  const append = (bytes: Buffer) => {
    writeSync(handle, bytes, 0, bytes.length, size)
    size += bytes.length
  }
  return {
    write(text) {
      const bytes = Buffer.from(text)
      if (full) return
      full = size + bytes.length > LOG_LIMIT
      append(full ? Buffer.from(`${places.logFull(LOG_LIMIT / 1024 / 1024)}\n`) : bytes)
    },
    read(from) {
      const piece = Buffer.alloc(Math.max(Math.min(size - from, PIECE + 1), 0))
      if (piece.length > 0) readSync(handle, piece, 0, piece.length, from)
      // A piece ends between two characters: the byte after it is none that continues one.
      let length = Math.min(piece.length, PIECE)
      while (((piece[length] ?? 0) & 0xc0) === 0x80) length -= 1
      return { text: piece.subarray(0, length).toString('utf8'), next: from + length }
    },
    compressed: async () => promisify(gzip)(await readFile(file)),
    close() {
      closeSync(handle)
      rmSync(file, { force: true })
    },
  }
}
