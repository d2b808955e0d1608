import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openBackoff } from '../../functions/build/backoff.ts'
import type { MergeRecord } from '../../functions/shared/merge-record.ts'

const NOON = Date.parse('2026-11-22T12:00:00Z')
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const inError = (attempt: number, finished = NOON): MergeRecord => ({
  repositoryId: 1,
  sha: 'a'.repeat(40),
  repository: 'acme/shop',
  branch: 'develop',
  time: NOON,
  state: 'error',
  services: [],
  known: [],
  attempt,
  queued: '2026-11-22T11:59:00Z',
  finished: new Date(finished).toISOString(),
})

const backoff = suite('openBackoff')
backoff('lets a merge rest for 1, 2, 4 … 60 minutes, by its attempts', () => {
  for (const [attempt, minutes] of [
    [1, 1],
    [2, 2],
    [3, 4],
    [9, 60],
  ] as const) {
    const due = openBackoff()
    assert.not(due(inError(attempt), NOON, 0))
    assert.not(due(inError(attempt), NOON, minutes * MINUTE_MS - 1), `${attempt}`)
    assert.ok(due(inError(attempt), NOON, minutes * MINUTE_MS), `${attempt}`)
  }
})
backoff('counts the rest that a merge had before this process first saw it', () => {
  assert.ok(openBackoff()(inError(1), NOON + MINUTE_MS, 0))
})
backoff('rests anew after another attempt', () => {
  const due = openBackoff()
  assert.not(due(inError(1), NOON, 0))
  assert.not(due(inError(2, NOON + 1), NOON + 1, 90_000))
})
backoff('makes no merge wait longer when the clock jumps back, before it is seen or after', () => {
  const before = openBackoff()
  assert.not(before(inError(1), NOON - HOUR_MS, 0))
  assert.ok(before(inError(1), NOON - HOUR_MS, MINUTE_MS))
  const after = openBackoff()
  assert.not(after(inError(1), NOON, 0))
  assert.ok(after(inError(1), NOON - HOUR_MS, MINUTE_MS))
})
backoff('does not shorten the rest when the clock jumps ahead', () => {
  const due = openBackoff()
  assert.not(due(inError(2), NOON, 0))
  assert.not(due(inError(2), NOON + HOUR_MS, MINUTE_MS))
})
backoff.run()
