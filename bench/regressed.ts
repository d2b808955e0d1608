import type { Figure } from './benchmark.ts'
import type { Outcome } from './result.ts'
import { median } from './series.ts'

/** A busy machine and few runs make less than that; what is worse by more has become slow. */
const FACTOR = 2

/** Whether a ratio has become so much worse than the one that docs show; what docs do not show has nothing to lose. */
export function regressed({ what, ours, theirs, goal }: Figure, shown: Outcome[]): boolean {
  const before = shown.find((outcome) => outcome.what === what)
  if (before === undefined) return false
  const change = median(ours) / median(theirs) / (before.ours.median / before.theirs.median)
  return goal && 'atLeast' in goal ? change < 1 / FACTOR : change > FACTOR
}
