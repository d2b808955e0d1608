import { setTimeout as sleep } from 'node:timers/promises'

/** On a busy machine; what holds at once takes none of it. */
const DEADLINE_MS = 60_000

/** Waits until `holds` is true; an Error that says `what` was awaited in vain. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited ${DEADLINE_MS / 1000} s for: ${what}`)
    await sleep(10)
  }
}
