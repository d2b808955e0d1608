import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { codesOf, draw, PLAIN } from '../../functions/badge/sgr.ts'

const drawing = suite('badge terminal colours')
const CASES: [parameters: string, codes: number[]][] = [
  ['', []],
  ['0', []],
  ['31', [31]],
  ['1;31', [1, 31]],
  ['97;100', [97, 100]],
  ['2;3;4;9', [2, 3, 4, 9]],
  ['1;22', []],
  ['31;39', []],
  ['44;49', []],
  ['1;0;32', [32]],
  // Reversed: a colour of text becomes one of the ground.
  ['7', [7]],
  ['7;31', [7, 41]],
  // The palette of 256, by semicolons and by colons; then what comes after.
  ['38;5;9', [91]],
  ['38;5;208;1', [1, 33]],
  ['48;5;231', [107]],
  ['38:5:208', [33]],
  // True colour, with and without a colour space.
  ['38;2;255;0;0', [91]],
  ['38;2;0;200;0;4', [4, 32]],
  ['38:2:255:0:0', [91]],
  ['38:2::255:0:0', [91]],
  // The colour of an underline is left out, and what belongs to it.
  ['58;5;9;1', [1]],
  ['4:3', [4]],
  ['4;4:0', []],
  // What is cut, unknown or nonsense.
  ['38', []],
  ['38;5', []],
  ['38;5;256', []],
  ['38;2;1;2', []],
  ['38;2;256;0;0', []],
  ['98', []],
  ['999', []],
  // Nothing can be hidden.
  ['8', []],
]
for (const [parameters, codes] of CASES)
  drawing(`${parameters || 'nothing'} draws with ${codes.join(' ') || 'nothing'}`, () => {
    assert.equal(codesOf(draw(PLAIN, parameters)), codes)
  })
drawing('goes on from what was set before', () => {
  assert.equal(codesOf(draw(draw(PLAIN, '1'), '32')), [1, 32])
})
drawing.run()
