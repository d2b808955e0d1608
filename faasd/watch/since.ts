/** Ms since then; what never was, or lies in the future because a clock was set, is long ago. */
export function since(then: number | null | undefined, now: number): number {
  return then === null || then === undefined || then > now ? Number.POSITIVE_INFINITY : now - then
}
