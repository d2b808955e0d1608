import { setTimeout as sleep } from 'node:timers/promises'

/** How long AWS is waited for, in ms. */
export type Patience = {
  /** Before a second try; doubled with each, at most `longest`. */
  first: number
  longest: number
  /** For one call that is throttled, unanswered or too early. */
  call: number
  /** For a snapshot that is complete to become usable, and an AMI to become available. */
  settled: number
}

/** A new snapshot may be unknown for two minutes: https://github.com/awslabs/coldsnap/pull/56 */
export const PATIENCE: Patience = { first: 100, longest: 8_000, call: 130_000, settled: 900_000 }

/** Calls until it succeeds, fails with what does not pass, or the patience for a call is at its end. */
export async function patiently<T>(
  { first, longest, call }: Patience,
  ask: () => Promise<T>,
  passes: (error: unknown) => boolean,
  signal?: AbortSignal,
): Promise<T> {
  const until = performance.now() + call
  for (let pause = first; ; pause = Math.min(pause * 2, longest)) {
    try {
      return await ask()
    } catch (error) {
      signal?.throwIfAborted()
      // Each of many calls at once waits for a time of its own, or they would all come back together.
      const rest = pause * (0.5 + Math.random() / 2)
      if (!passes(error) || performance.now() + rest > until) throw error
      await sleep(rest, undefined, { signal })
    }
  }
}

/** Looks until there is something to see; undefined where `ms` have passed without. */
export async function awaited<T>(
  { first, longest }: Patience,
  ms: number,
  look: () => Promise<T | undefined>,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const until = performance.now() + ms
  for (let pause = first; ; pause = Math.min(pause * 2, longest)) {
    const seen = await look()
    if (seen !== undefined || performance.now() + pause > until) return seen
    await sleep(pause, undefined, { signal })
  }
}
