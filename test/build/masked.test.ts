import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { maskable, masking } from '../../functions/build/masked.ts'

const KEY = '-----BEGIN KEY-----\nMIIEvQ+/x\n  indented line\nab\n-----END KEY-----\n'
const CASES: [title: string, values: string[], text: string, shown: string][] = [
  ['nothing without a value', [], '#1 npm_abc\n', '#1 npm_abc\n'],
  [
    'a value wherever it stands',
    ['npm_abc'],
    '#1 npm_abc,npm_abc!\n#2 xnpm_abcx\n',
    '#1 ***,***!\n#2 x***x\n',
  ],
  [
    'each line of a value, for the log puts a step before it',
    [KEY],
    '#1 MIIEvQ+/x\n#1 ab\n',
    '#1 ***\n#1 ab\n',
  ],
  ['a line that was indented', [KEY], '#1 indented line\n', '#1 ***\n'],
  ['a value with a line end behind it', ['npm_abc\r\n'], '#1 npm_abc\n', '#1 ***\n'],
  [
    'the longer one of two of which one begins the other',
    ['abcd', 'abcdef'],
    '#1 abcdef abcd\n',
    '#1 *** ***\n',
  ],
  ['what means something in an expression', ['a.*b$&'], '#1 a.*b$& aXb\n', '#1 *** aXb\n'],
]
const mask = suite('masking hides')
for (const [title, values, text, shown] of CASES) mask(title, () => assert.is(masking(values)(text), shown))
mask.run()

const short = suite('what is too short to hide')
for (const value of ['', 'abc', ' abc\n', 'a\nbc\nabc', '\n\n'])
  short(JSON.stringify(value), () => assert.equal(maskable(value), []))
short('is not abcd', () => assert.equal(maskable('abcd'), ['abcd']))
short.run()
