import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fields } from '../../functions/build/protobuf.ts'
import { stepLog } from '../../functions/build/step-log.ts'
import { decodeTrace } from '../../functions/build/trace.ts'
import { generator, mutated } from '../shared/mutated.ts'
import { trying } from './seed.ts'

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]
const bytesOf = (number: number, bytes: Buffer) =>
  Buffer.from([...varint((number << 3) | 2), ...varint(bytes.length), ...bytes])
const textOf = (number: number, text: string) => bytesOf(number, Buffer.from(text))

const VERTEX = Buffer.concat([
  textOf(1, 'sha256:aa'),
  textOf(3, '[2/3] RUN make'),
  Buffer.from([4 << 3, 1]),
  bytesOf(5, Buffer.from([8, ...varint(1_700_000_000), 16, 5])),
  textOf(7, 'exit code: 1'),
])
const SOUND = Buffer.concat([
  bytesOf(1, VERTEX),
  bytesOf(3, Buffer.concat([textOf(1, 'sha256:aa'), textOf(4, 'hello\n')])),
])

/** RangeError is what the decoder promises for what is no trace; everything else is a break. */
function log(bytes: Buffer): string {
  try {
    return stepLog()(decodeTrace(bytes.toString('base64')))
  } catch (thrown) {
    if (thrown instanceof RangeError) return ''
    throw thrown
  }
}

const trace = suite("the engine's trace")
trace('of mutated bytes is a log not much longer than they are, or a RangeError', () => {
  assert.match(log(SOUND), /#1 \[2\/3\] RUN make\n#1 hello\n#1 ERROR: exit code: 1\n/)
  const bytes = fc.oneof(
    fc.integer().map((seed) => mutated(generator(seed), SOUND)),
    fc.uint8Array({ maxLength: 300 }).map((some) => Buffer.from(some)),
    fc.nat(SOUND.length).map((end) => SOUND.subarray(0, end)),
  )
  const property = fc.property(bytes, (some) => {
    const text = log(some)
    assert.ok(text.length <= 400 + 40 * some.length, `${text.length} letters of ${some.length} bytes`)
  })
  fc.assert(property, trying(2500))
})
trace('of any field is read whole, and never beyond its end', () => {
  const property = fc.property(fc.uint8Array({ maxLength: 200 }), (some) => {
    let taken = 0
    try {
      for (const [number, value] of fields(Buffer.from(some))) {
        assert.ok(number >= 0 && Number.isSafeInteger(number))
        taken += typeof value === 'bigint' ? 1 : value.length
      }
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown
    }
    assert.ok(taken <= some.length)
  })
  fc.assert(property, trying(2500))
})
trace('with a number that never ends is given up', () => {
  // Each byte of a varint would make the number longer: work that grows with its square.
  const endless = Buffer.alloc(1_000_000, 0xff)
  assert.throws(() => decodeTrace(endless.toString('base64')), RangeError)
})
trace.run()
