import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { page } from '../../bench/page.ts'
import { outcome, result } from './outcome.ts'

const goal = { of: 'ratio', atMost: 1.5 } as const

const pages = suite('the page of all results')
pages('has a row a figure, with the quartiles where there was more than one run', () => {
  const text = page([result([outcome({ goal })], { notes: ['A note.'] })])
  assert.match(
    text,
    '| one small service | 100 ms (90 ms to 120 ms) | by hand: 80 ms | **1.3 ×** | ≤ 1.5 × | met |',
  )
  assert.match(text, '![From a merge to the image](benchmarks/merge.svg)')
  assert.match(text, '- A note.\n')
  assert.match(text, '`npm run bench -- merge`, 2026-11-23, on 2 × a processor, 4 GB, Node 20.20.0.')
})
pages('says how many goals are missed', () => {
  const all = [outcome({ goal }), outcome({ goal, met: false }), outcome({})]
  assert.match(page([result(all)]), 'Of 2 figures with a goal, 1 misses it.')
  assert.match(page([result(all.slice(0, 1))]), 'Of 1 figures with a goal, none misses it.')
})
pages('is no other table for a name with a bar in it', () => {
  assert.match(page([result([outcome({ what: 'a | b' })])]), '| a \\| b | 100 ms')
})
pages.run()
