import { Refusal } from './refusal.ts'

/** Too many wait: come back after so many seconds. */
export class Busy extends Refusal {
  readonly retryAfter = 30
}

/** One at a time, in the order in which they came, and no more than `limit` that wait. */
export function turns(limit: number) {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    if (waiting > limit) throw new Busy(503, 'other disks are being made, and enough wait: try again later')
    waiting++
    const before = last
    const mine = before.then(async () => {
      signal.throwIfAborted()
      return work()
    })
    last = mine.catch(() => {})
    return mine.finally(() => waiting--)
  }
}
