import type { LimitFunction } from 'p-limit'

/** Runs in a slot, or not at all where it is cancelled before there is one; once begun, it comes to its own end. */
export function inSlot<T>(slots: LimitFunction, cancelled: AbortSignal, run: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    cancelled.throwIfAborted()
    const leave = () => reject(cancelled.reason)
    cancelled.addEventListener('abort', leave)
    slots(() => {
      cancelled.removeEventListener('abort', leave)
      cancelled.throwIfAborted()
      return run()
    }).then(resolve, reject)
  })
}
