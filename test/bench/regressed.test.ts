import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Figure, Goal } from '../../bench/benchmark.ts'
import { regressed } from '../../bench/regressed.ts'
import { outcome } from './outcome.ts'

const LESS: Goal = { of: 'ratio', atMost: 1 }
const MORE: Goal = { of: 'ratio', atLeast: 1 }
const measured = (ours: number, theirs: number, goal?: Goal): Figure => ({
  what: 'a merge',
  against: 'by hand',
  unit: 'ms',
  ours: [ours],
  theirs: [theirs],
  ...(goal && { goal }),
})
const shown = outcome({ what: 'a merge' })

const worse = suite('a ratio that docs show as 1.25')
for (const [ours, theirs, goal, is] of [
  [260, 100, LESS, true],
  [240, 100, LESS, false],
  [10, 100, LESS, false],
  [2600, 1000, undefined, true],
  [60, 100, MORE, true],
  [65, 100, MORE, false],
  [400, 100, MORE, false],
] as const)
  worse(
    `${is ? 'has' : 'has not'} become far worse with ${ours} against ${theirs}, ${JSON.stringify(goal)}`,
    () => assert.is(regressed(measured(ours, theirs, goal), [shown]), is),
  )
worse('that is there for another thing says nothing of this one', () =>
  assert.is(regressed({ ...measured(900, 1), what: 'another' }, [shown]), false),
)
worse.run()
