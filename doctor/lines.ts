import type pc from 'picocolors'
import type { Check } from '../functions/shared/check.ts'
import { oneLine } from '../functions/shared/printable.ts'

type Colours = ReturnType<typeof pc.createColors>

const STATE_WIDTH = 9
const NAME_WIDTH = 22

/** How wide the names of these checks are, in letters. */
export function widthOf(checks: Check[]): number {
  return Math.max(NAME_WIDTH, ...checks.map(({ name }) => name.length))
}

/** A check as one line, and below it what mends it. */
export function linesOf({ name, state, says, mend }: Check, colours: Colours, width = NAME_WIDTH): string[] {
  const colour = { ok: colours.green, warning: colours.yellow, failed: colours.red, skipped: colours.dim }[
    state
  ]
  const word = state === 'failed' ? 'FAILED' : state
  const line = `${colour(word.padEnd(STATE_WIDTH))}${oneLine(name).padEnd(width)} ${oneLine(says)}`
  const below = ' '.repeat(STATE_WIDTH + width + 1)
  return mend === undefined ? [line] : [line, `${below}${colours.bold(oneLine(mend))}`]
}

/** How many of each state there are. */
export function summary(checks: Check[]): string {
  const states = ['failed', 'warning', 'ok', 'skipped'] as const
  const counts = states.map(
    (state) => [state, checks.filter((check) => check.state === state).length] as const,
  )
  return counts.flatMap(([state, count]) => (count > 0 ? `${count} ${state}` : [])).join(', ')
}
