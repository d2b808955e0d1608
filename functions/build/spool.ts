import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { Failure } from '../shared/failure.ts'
import { UNPACKED_LIMIT } from './archive.ts'
import type { Place } from './place.ts'
import * as refusals from './words/refusals.ts'

/** Bytes that may wait for the disk. */
const WAITING = 1024 * 1024

/** A file to which others are written, one after another, each to be read again at its place. */
export type Spool = {
  /** Where the next byte will lie. */
  next(): Place
  /** Takes bytes that came from a stream; it waits where the disk is slower. */
  take(bytes: Buffer, from: Readable): void
  /** Says that no more is taken. */
  broken: AbortSignal
}

/** Bytes that may still be taken, by all who share it. */
export type Room = { left: number }

/**
 * Lends a new file to `use`, until all of it lies on the disk; what could not be written is `source_broken`, what is
 * more than there is room for `source_refused`, before it is written.
 */
export async function withSpool<T>(file: string, room: Room, use: (spool: Spool) => Promise<T>): Promise<T> {
  const out = createWriteStream(file, { flags: 'wx', mode: 0o600, highWaterMark: WAITING })
  const closed = once(out, 'close').catch(() => {})
  const broken = new AbortController()
  out.on('error', (error) => broken.abort(new Failure('source_broken', undefined, error)))
  let at = 0
  const spool = {
    next: () => ({ file, at }),
    take(bytes: Buffer, from: Readable) {
      at += bytes.length
      room.left -= bytes.length
      if (room.left < 0)
        return broken.abort(new Failure('source_refused', refusals.unpacksTo(UNPACKED_LIMIT / 1024 ** 3)))
      if (out.write(bytes)) return
      from.pause()
      out.once('drain', () => from.resume())
    },
    broken: broken.signal,
  }
  try {
    const used = await use(spool)
    // The last file may have been too much.
    broken.signal.throwIfAborted()
    await finished(out.end())
    return used
  } catch (error) {
    out.destroy()
    throw broken.signal.reason ?? error
  } finally {
    // The folder may be taken away next.
    await closed
  }
}
