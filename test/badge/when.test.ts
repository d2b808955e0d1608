import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { markup } from '../../functions/badge/html.ts'
import { lasting, short, took } from '../../functions/badge/measure.ts'
import { ago, when } from '../../functions/badge/when.ts'

const NOW = Date.parse('2026-11-22T18:00:00Z')
const SECOND = 1_000
const HOUR = 3_600 * SECOND
const DAY = 24 * HOUR

const times = suite('badge times')
for (const [back, words] of [
  [-5 * SECOND, 'just now'],
  [59 * SECOND, 'just now'],
  [60 * SECOND, '1 minute ago'],
  [3 * HOUR + 5 * SECOND, '3 hours ago'],
  [DAY, 'yesterday'],
  [29 * DAY, '29 days ago'],
  [45 * DAY, 'last month'],
  [800 * DAY, '2 years ago'],
] as const)
  times(`${back} ms ago is ${words}`, () => assert.is(ago(NOW - back, NOW), words))
times('says a moment in words, in full, and for programs', () => {
  assert.is(
    markup(when('2026-11-22T17:00:00.000Z', NOW) as never),
    '<time datetime="2026-11-22T17:00:00Z">1 hour ago <small>22 Nov 2026, 17:00 UTC</small></time>',
  )
})
times('says nothing of what is no time', () => {
  for (const no of [undefined, 'soon', Number.NaN]) assert.is(when(no, NOW), undefined)
})
times.run()

const measures = suite('badge measures')
for (const [ms, words] of [
  [0, '0.0 s'],
  [840, '0.8 s'],
  [9_949, '9.9 s'],
  [9_951, '10 s'],
  [59_400, '59 s'],
  [59_600, '1 min 0 s'],
  [187_000, '3 min 7 s'],
  [4_800_000, '1 h 20 min'],
] as const)
  measures(`${ms} ms are ${words}`, () => assert.is(lasting(ms), words))
measures('a build that goes on, or never began, has taken no time', () => {
  assert.is(took({ started: '2026-11-22T18:00:00Z', finished: '2026-11-22T18:00:42Z' }), 42_000)
  assert.is(took({ started: '2026-11-22T18:00:00Z' }), undefined)
  assert.is(took({ finished: '2026-11-22T18:00:42Z' }), undefined)
})
measures('a text is cut between signs, not within one', () => {
  assert.is(short('abc', 3), 'abc')
  assert.is(short('abcd', 3), 'ab…')
  assert.is(short('🎉🎉🎉🎉', 3), '🎉🎉…')
})
measures.run()
