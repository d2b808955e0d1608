import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bytes, bytesOf } from '../../functions/shared/size.ts'

const written = suite('bytesOf')
for (const [size, count] of [
  ['1k', 1_000],
  ['500m', 500_000_000],
  ['2g', 2_000_000_000],
] as const)
  written(`is ${count} for ${size}`, () => assert.is(bytesOf(size), count))
written.run()

const read = suite('bytes')
for (const [count, words] of [
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [45_234_000, '45.2 MB'],
  [512_300_000, '512 MB'],
  [3_400_000_000, '3.4 GB'],
] as const)
  read(`${count} are ${words}`, () => assert.is(bytes(count), words))
read.run()
