import { Transform } from 'node:stream'
import { Failure } from '../shared/failure.ts'
import type { Room } from './spool.ts'

/** A download that brings nothing for this long is given up, in ms. */
export const STALL_MS = 30_000

/**
 * Passes bytes on, ends a download that stalls or brings more than there is room for (with `over`), and one that is
 * shorter than it said: `source_broken`.
 */
export function metered(stall: AbortController, declared: number, room: Room, over: Failure): Transform {
  let seen = 0
  const late = () => stall.abort()
  let timer = setTimeout(late, STALL_MS)
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      clearTimeout(timer)
      timer = setTimeout(late, STALL_MS)
      seen += chunk.length
      room.left -= chunk.length
      if (room.left < 0) done(over)
      else done(null, chunk)
    },
    flush(done) {
      done(Number.isFinite(declared) && seen !== declared ? new Failure('source_broken') : null)
    },
    destroy(error, done) {
      clearTimeout(timer)
      done(error)
    },
  })
}
