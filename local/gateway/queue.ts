// Above this OpenFaaS would go on (its limit is a million); an embedded queue that long is a fault to be seen.
const LONGEST = 10_000

export type Queue = {
  /** Puts work at the end; `false` when the queue is full. */
  push(work: () => Promise<void>): boolean
  /** What waits, and what is being done. */
  length(): number
  /** Drops what waits and takes nothing more. */
  close(): void
}

/**
 * OpenFaaS CE's queue, in memory: first in, first out, one at a time, one try. A call that fails is dropped,
 * whatever the answer was (so does the CE worker).
 */
export function createQueue(): Queue {
  const waiting: (() => Promise<void>)[] = []
  let working = false
  let closed = false

  const next = async () => {
    if (working) return
    working = true
    for (let work = waiting.shift(); work !== undefined; work = waiting.shift()) await work().catch(() => {})
    working = false
  }
  return {
    push: (work) => {
      if (closed || waiting.length + Number(working) >= LONGEST) return false
      waiting.push(work)
      void next()
      return true
    },
    length: () => waiting.length + Number(working),
    close: () => {
      closed = true
      waiting.length = 0
    },
  }
}
