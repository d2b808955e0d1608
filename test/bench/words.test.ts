import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { goalWords, reachedWords, shown, verdict } from '../../bench/words.ts'
import { outcome } from './outcome.ts'

const words = suite('words for figures')
for (const [value, unit, text] of [
  [0.1234, 'ms', '0.12 ms'],
  [12.345, 'ms', '12.3 ms'],
  [1234.5, 'ms', '1,235 ms'],
  [12_345, 'ms', '12.3 s'],
  [12_345, 'a second', '12,345 a second'],
  [0, 'MB', '0 MB'],
  [-3.21, 'MB', '-3.2 MB'],
] as const)
  words(`${value} ${unit} is ${text}`, () => assert.is(shown(value, unit), text))
words('a ratio has its sign, a difference its unit', () => {
  assert.is(reachedWords(outcome({ reached: 0.874 })), '0.87 ×')
  assert.is(reachedWords(outcome({ of: 'difference', reached: 12.2 })), '+12.2 ms')
  assert.is(reachedWords(outcome({ of: 'difference', reached: -12.2 })), '-12.2 ms')
})
words('a goal says which way it is met', () => {
  assert.is(goalWords(outcome({ goal: { of: 'ratio', atMost: 1.05 } })), '≤ 1.05 ×')
  assert.is(goalWords(outcome({ goal: { of: 'ratio', atLeast: 0.9 } })), '≥ 0.9 ×')
  assert.is(goalWords(outcome({ goal: { of: 'difference', atMost: 10 } })), '≤ +10 ms')
  assert.is(goalWords(outcome({})), '')
})
words('only what has a goal meets or misses it', () => {
  const goal = { of: 'ratio', atMost: 1 } as const
  assert.is(verdict(outcome({ goal, met: true })), 'met')
  assert.is(verdict(outcome({ goal, met: false })), 'missed')
  assert.is(verdict(outcome({})), '')
})
words.run()
