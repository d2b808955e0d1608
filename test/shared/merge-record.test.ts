import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isFinal, type MergeState, mergeAnnotations, readMerge } from '../../functions/shared/merge-record.ts'
import { mergeOf } from './records.ts'

const records = suite('merge record')
records('comes back as it was, with everything in it', () => {
  const record = mergeOf('a', 5, {
    pullRequest: 12,
    state: 'failed',
    services: [
      { name: 'web', version: '1', state: 'held', build: '1-a', digest: 'sha256:x', reason: 'ü "q"' },
    ],
    known: ['web', 'api'],
    attempt: 3,
    code: 'build_failed',
    reason: 'web: the build failed\nline two',
    finished: '2026-11-22T18:00:00.000Z',
  })
  assert.equal(readMerge(mergeAnnotations(record)), record)
})
records('comes back as it was, with as little as a claim has', () => {
  const { time: _, ...record } = mergeOf('a', 5)
  assert.equal(readMerge(mergeAnnotations(record)), record)
})
records('has nothing but text in its annotations', () => {
  for (const value of Object.values(mergeAnnotations(mergeOf('a', 5)))) assert.type(value, 'string')
})
records('does not mind annotations it does not know', () => {
  const record = mergeOf('a', 5)
  assert.equal(readMerge({ ...mergeAnnotations(record), 'artefacto.colour': 'red', other: '{' }), record)
})
records.run()

const final = suite('isFinal')
const STATES: [MergeState, boolean][] = [
  ['queued', false],
  ['building', false],
  ['publishing', false],
  ['error', false],
  ['built', true],
  ['failed', true],
]
for (const [state, expected] of STATES)
  final(`${expected ? 'is' : 'is not'} ${state}`, () =>
    assert.is(isFinal(mergeOf('a', 5, { state })), expected),
  )
final('is no claim that GitHub never confirmed', () => {
  for (const [state] of STATES) assert.not(isFinal(mergeOf('a', undefined, { state })))
})
final.run()
