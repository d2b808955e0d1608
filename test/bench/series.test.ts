import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { median, quantile, spread } from '../../bench/series.ts'

const series = suite('series of runs')
for (const [values, middle] of [
  [[3], 3],
  [[9, 1, 5], 5],
  [[10, 9, 1, 2], 5.5],
] as const)
  series(`the median of ${values} is ${middle}, in whatever order they came`, () => {
    assert.is(median([...values]), middle)
  })
for (const [share, value] of [
  [0, 1],
  [0.25, 3],
  [0.5, 5],
  [0.99, 10],
  [1, 10],
] as const)
  series(`below ${value} lie ${share * 100} % of one to ten`, () => {
    assert.is(quantile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share), value)
  })
series('a spread is the median, the quartiles and how many there were', () => {
  assert.equal(spread([4, 1, 3, 2]), { median: 2.5, low: 1, high: 3, runs: 4 })
})
series('of nothing there is no figure', () => {
  for (const wanted of [() => median([]), () => quantile([], 0.5), () => spread([])])
    assert.throws(wanted, 'nothing was measured')
})
series('what was measured stays as it was', () => {
  const values = [3, 1, 2]
  spread(values)
  assert.equal(values, [3, 1, 2])
})
series.run()
