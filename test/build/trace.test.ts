import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decodeTrace } from '../../functions/build/trace.ts'
import { status } from './build-status.ts'

const NOTHING = { name: '', cached: false, error: '' }

const trace = suite('decodeTrace')
trace('reads steps with their times to the millisecond', () => {
  const steps = [
    { digest: 'sha256:a', name: '[1/2] FROM base', inputs: ['sha256:0'], started: 1_763_838_000_123 },
    { digest: 'sha256:b', cached: true, started: 1_763_838_001_000, completed: 1_763_838_001_250 },
    { digest: 'sha256:c', name: 'RUN ä', error: 'exit code: 1' },
  ]
  assert.equal(decodeTrace(status(steps)), {
    vertices: [
      { ...NOTHING, digest: 'sha256:a', name: '[1/2] FROM base', started: 1_763_838_000_123 },
      {
        ...NOTHING,
        digest: 'sha256:b',
        cached: true,
        started: 1_763_838_001_000,
        completed: 1_763_838_001_250,
      },
      { ...NOTHING, digest: 'sha256:c', name: 'RUN ä', error: 'exit code: 1' },
    ],
    outputs: [],
  })
})
trace('keeps what a step printed as the bytes that they are', () => {
  const half = Buffer.from([0xe2, 0x82])
  assert.equal(decodeTrace(status([], [['sha256:a', half]])).outputs, [{ vertex: 'sha256:a', bytes: half }])
})
trace('reads an empty message as nothing', () => {
  assert.equal(decodeTrace(''), { vertices: [], outputs: [] })
})
trace('throws a RangeError at half a message', () => {
  const half = Buffer.from(status([{ digest: 'sha256:a', name: 'x' }]), 'base64').subarray(0, 8)
  assert.throws(
    () => decodeTrace(half.toString('base64')),
    (error: Error) => error instanceof RangeError,
  )
})
trace.run()
