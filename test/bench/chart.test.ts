import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { chart } from '../../bench/chart.ts'
import { wellFormed } from '../fuzz/well-formed.ts'
import { outcome, result } from './outcome.ts'

const HOSTILE = '<script>"one" & \'two\'</script>'

const charts = suite('the picture of a result')
charts('is XML, whatever stands in titles and names', () => {
  const drawn = chart(result([outcome({ what: HOSTILE, against: HOSTILE.slice(0, 15) })], { title: HOSTILE }))
  assert.ok(wellFormed(drawn))
  assert.not.match(drawn, '<script')
})
charts('says both values, what was reached and the goal', () => {
  const drawn = chart(result([outcome({ goal: { of: 'ratio', atMost: 1.5 } })]))
  for (const said of ['one small service', 'artefacto 100 ms', 'by hand 80 ms', '1.3 ×, goal ≤ 1.5 ×'])
    assert.match(drawn, said)
})
charts('shows one that misses its goal as missed', () => {
  assert.match(chart(result([outcome({ met: false })])), 'class="missed" x=')
  assert.not.match(chart(result([outcome({ met: true })])), 'class="missed" x=')
})
charts('has a bar that can be seen, even of nothing', () => {
  const none = { median: 0, low: 0, high: 0, runs: 1, values: [0] }
  const drawn = chart(result([outcome({ ours: none, theirs: none })]))
  assert.not.match(drawn, 'NaN')
  assert.match(drawn, 'width="2.0"')
})
charts.run()
