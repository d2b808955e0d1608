import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { waterfall } from '../../bench/waterfall.ts'
import { wellFormed } from '../fuzz/well-formed.ts'

const PHASES = [
  { name: 'webhook & queue', began: 0, ended: 40, calls: [] },
  {
    name: 'build <in the engine>',
    began: 40,
    ended: 400,
    calls: [{ to: 'engine', line: 'POST /build?t="x"', began: 60, ended: 390 }],
  },
]

const pictures = suite('the picture of a profile')
pictures('is XML, whatever a phase is called', () => {
  assert.ok(wellFormed(waterfall('One <merge>', PHASES)))
})
pictures('has a row a phase with its time, and the calls in it', () => {
  const drawn = waterfall('One merge', PHASES)
  assert.match(drawn, '>40 ms<')
  assert.match(drawn, '>360 ms<')
  assert.is(drawn.match(/class="engine" x="[^"]+" y="[^"]+" width="[^"]+" height="8"/g)?.length, 1)
})
pictures.run()
