import { Script } from 'node:vm'

/** What hangs at 1 MB hangs for minutes; what does not is over in a few hundredths of this, in ms. */
const HANG_MS = 2_000

/** Runs what must not hang: V8 itself breaks off a regular expression that does. Not a statement about speed. */
export function within<T>(work: () => T): T {
  const holder = globalThis as { workWithin?: () => unknown }
  holder.workWithin = work
  try {
    return new Script('workWithin()').runInThisContext({ timeout: HANG_MS }) as T
  } finally {
    delete holder.workWithin
  }
}
