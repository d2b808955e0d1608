import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fields } from '../../functions/build/protobuf.ts'

const read = (hex: string) => [...fields(Buffer.from(hex, 'hex'))]
const bytes = (hex: string) => Buffer.from(hex, 'hex')

// The first two are the examples of https://protobuf.dev/programming-guides/encoding/
const MESSAGES: Record<string, [hex: string, found: ReturnType<typeof read>]> = {
  'a varint of two bytes': ['089601', [[1, 150n]]],
  'a string': ['120774657374696e67', [[2, Buffer.from('testing')]]],
  'nothing in an empty message': ['', []],
  'the largest varint': ['08ffffffffffffffffff01', [[1, 2n ** 64n - 1n]]],
  'a field number above 15': ['80017f', [[16, 127n]]],
  'eight fixed bytes': ['090102030405060708', [[1, bytes('0102030405060708')]]],
  'four fixed bytes': ['0d01020304', [[1, bytes('01020304')]]],
  'an empty string': ['1200', [[2, bytes('')]]],
  'a repeated field, in order': [
    '08010802',
    [
      [1, 1n],
      [1, 2n],
    ],
  ],
}

const reading = suite('fields')
for (const [title, [hex, found]] of Object.entries(MESSAGES))
  reading(`reads ${title}`, () => assert.equal(read(hex), found))

const BROKEN: Record<string, string> = {
  'a key alone': '08',
  'a varint that does not end': '08ff',
  'a string shorter than its length': '120774657374',
  'fixed bytes that are not there': '0901020304',
  'a length beyond everything': '12ffffffffffffffffff01',
  'a group': '0b0c',
  'a wire type that does not exist': '0f',
}
for (const [title, hex] of Object.entries(BROKEN))
  reading(`throws a RangeError at ${title}`, () => {
    assert.throws(
      () => read(hex),
      (error: Error) => error instanceof RangeError,
    )
  })
reading.run()
