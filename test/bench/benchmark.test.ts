import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Figure, type Goal, inTurns, meets, reached } from '../../bench/benchmark.ts'

const figure = (ours: number[], theirs: number[], goal?: Goal): Figure => ({
  what: 'a merge',
  against: 'by hand',
  unit: 'ms',
  ours,
  theirs,
  ...(goal && { goal }),
})

const goals = suite('a goal')
for (const [ours, theirs, goal, value, met] of [
  [100, 100, { of: 'ratio', atMost: 1 }, 1, true],
  [150, 100, { of: 'ratio', atMost: 1.2 }, 1.5, false],
  [300, 100, { of: 'ratio', atMost: 1.2 }, 3, false],
  [90, 100, { of: 'ratio', atLeast: 0.9 }, 0.9, true],
  [60, 100, { of: 'ratio', atLeast: 0.9 }, 0.6, false],
  [40, 100, { of: 'ratio', atLeast: 0.9 }, 0.4, false],
  [130, 100, { of: 'difference', atMost: 20 }, 30, false],
  [80, 100, { of: 'difference', atMost: 20 }, -20, true],
  [500, 100, undefined, 5, true],
] as const)
  goals(`${JSON.stringify(goal)} with ${ours} against ${theirs}`, () => {
    const measured = figure([ours], [theirs], goal)
    assert.is(reached(measured), value)
    assert.is(meets(measured), met)
  })
goals('is of the medians, so that one slow run decides nothing', () => {
  assert.is(reached(figure([10, 1000, 10], [10, 10, 10])), 1)
})
goals.run()

const turns = suite('runs by turns')
turns('go ours, theirs, ours, theirs, and the first of each is thrown away', async () => {
  const order: string[] = []
  const run = (who: string) => async (turn: number) => {
    order.push(`${who} ${turn}`)
    return turn * 10
  }
  const series = await inTurns(2, { ours: run('ours'), theirs: run('theirs') })
  assert.equal(order, ['ours 0', 'theirs 0', 'ours 1', 'theirs 1', 'ours 2', 'theirs 2'])
  assert.equal(series, { ours: [10, 20], theirs: [10, 20] })
})
turns('end with the first that fails', async () => {
  let others = 0
  const ours = () => Promise.reject(new Error('the engine is away'))
  const theirs = async () => (others += 1)
  await inTurns(2, { ours, theirs }).then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, 'the engine is away'),
  )
  assert.is(others, 0)
})
turns.run()
