import { join } from 'node:path'
import { readIfThere, writePrivate } from '../../registry/private-file.ts'

const KEPT = 50

/** What one run leaves to the next, and to the doctor, in watch.json. Times are in ms since 1970. */
export type Memory = {
  lastRun: number | null
  /** when nothing was found wrong, last */
  lastWell: number | null
  /** what was done, newest first */
  done: { at: number; what: string; failed?: string }[]
  /** parts that give no answer, since when */
  missing: Record<string, number>
  /** restarts of faasd in a row that did not make all well, and the last one ever */
  restarts: { count: number; last: number | null }
  /** the last deploy of each function */
  deploys: Record<string, number>
  queue: {
    /** the last round trip that came back */
    answered: number | null
    /** what NATS had delivered at the last one that did not */
    sent: number | null
    /** what has been tried since then */
    cure: 'restarted' | 'moved' | null
  }
  /** faasd was stopped by us, and its store is on its way */
  moving: boolean
  /** since when faasd has not been up for a minute */
  unsettled: number | null
  /** when each standing note was said last */
  said: Record<string, number>
}

export const NOTHING: Memory = {
  lastRun: null,
  lastWell: null,
  done: [],
  missing: {},
  restarts: { count: 0, last: null },
  deploys: {},
  queue: { answered: null, sent: null, cure: null },
  moving: false,
  unsettled: null,
  said: {},
}

/** What the run before left; nothing where there was none, or where the file is no memory. */
export function readMemory(state: string): Memory {
  const text = readIfThere(join(state, 'watch.json'))
  try {
    return { ...NOTHING, ...(JSON.parse(text ?? '{}') as Partial<Memory>) }
  } catch {
    return NOTHING
  }
}

export function writeMemory(state: string, memory: Memory): void {
  const kept = { ...memory, done: memory.done.slice(0, KEPT) }
  writePrivate(join(state, 'watch.json'), `${JSON.stringify(kept, null, 2)}\n`)
}
