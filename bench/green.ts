import { setTimeout as sleep } from 'node:timers/promises'
import type { Journey } from '../test/support/journey.ts'

/** Between two looks at a badge, in ms. Each is a load on what is measured: ask when it is nearly there. */
const PAUSE_MS = 5
const DEADLINE_MS = 300_000

/** Waits until the badge of a service shows this version, and no other word. */
export async function green({ gateway }: Journey, service: string, version: string): Promise<void> {
  const end = performance.now() + DEADLINE_MS
  for (;;) {
    const answer = await fetch(`${gateway}/function/badge/${service}.json`)
    const { message } = (await answer.json()) as { message: string }
    if (message === version) return
    if (performance.now() > end) throw new Error(`the badge of ${service} says ${message}, not ${version}`)
    await sleep(PAUSE_MS)
  }
}
