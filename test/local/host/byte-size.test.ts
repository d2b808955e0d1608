import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { byteSize } from '../../../local/host/byte-size.ts'

const size = suite('byteSize')
const ROWS: [text: string, bytes: number][] = [
  ['100kb', 102_400],
  ['25mb', 26_214_400],
  ['1.5 MB', 1_572_864],
  ['4096', 4096],
  ['10b', 10],
]
for (const [text, bytes] of ROWS) size(`${text} is ${bytes} bytes`, () => assert.is(byteSize(text), bytes))
size('refuses what is no size and says what one looks like', () => {
  assert.throws(() => byteSize('plenty'), /"plenty" is not a size: write it like 100kb/)
})
size.run()
