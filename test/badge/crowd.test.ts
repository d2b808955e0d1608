import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { crowd } from '../../functions/badge/crowd.ts'

/** So many pages ask for a while, each when it was told. Gives how long the last one was told to wait, in ms. */
function told(pages: number): number {
  let now = 0
  const next = crowd(() => now)
  const due = Array.from({ length: pages }, (_, page) => (page * 700) / pages)
  for (now = 0; now < 40_000; now += 20)
    for (const [page, time] of due.entries()) if (time <= now) due[page] = now + next()
  return next()
}

const open = suite('badge many open logs')
for (const [pages, least, most] of [
  [1, 700, 700],
  [100, 700, 700],
  [200, 1_200, 1_500],
  [1_000, 6_000, 7_500],
  [10_000, 10_000, 10_000],
] as const)
  open(`${pages} ask every ${least} to ${most} ms`, () => {
    const wait = told(pages)
    assert.ok(wait >= least && wait <= most, String(wait))
  })
open.run()
