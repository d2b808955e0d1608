import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { exposition, openCounter, openHistogram } from '../../functions/build/exposition.ts'

const text = suite('metrics as text')
text('has help, type and a line a number', () => {
  const builds = openCounter('result', ['built', 'failed'])
  builds.add('built')
  builds.add('built')
  assert.is(
    exposition([
      { name: 'artefacto_builds_total', help: 'Builds.', type: 'counter', samples: builds.samples() },
      { name: 'artefacto_waiting', help: 'Waiting.', type: 'gauge', samples: [{ value: 0.5 }] },
    ]),
    `# HELP artefacto_builds_total Builds.
# TYPE artefacto_builds_total counter
artefacto_builds_total{result="built"} 2
artefacto_builds_total{result="failed"} 0
# HELP artefacto_waiting Waiting.
# TYPE artefacto_waiting gauge
artefacto_waiting 0.5
`,
  )
})
text('counts in a histogram what is at most each bound', () => {
  const seconds = openHistogram([1, 10])
  for (const value of [0.5, 1, 7, 70]) seconds.observe(value)
  const samples = [{ name: 's', help: 'S.', type: 'histogram' as const, samples: seconds.samples() }]
  assert.equal(exposition(samples).split('\n').slice(2, -1), [
    's_bucket{le="1"} 2',
    's_bucket{le="10"} 3',
    's_bucket{le="+Inf"} 4',
    's_sum 78.5',
    's_count 4',
  ])
})
text.run()
