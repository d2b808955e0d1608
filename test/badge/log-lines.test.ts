import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openLogBook } from '../../functions/badge/log-book.ts'
import { drawLines, linesOf, type Stroke } from '../../functions/badge/log-lines.ts'
import { plainText } from '../../functions/shared/printable.ts'

const E = '\u001b'
const written = (strokes: Stroke[]) => strokes.map(({ text }) => text).join('')

const lines = suite('badge log lines')
const CASES: [what: string, text: string, drawn: string[]][] = [
  ['plain lines', 'one\ntwo\n', ['one', 'two']],
  ['empty lines', '\n\n', ['', '']],
  ['a last line without an end', 'one\ntwo', ['one', 'two']],
  ['returns of progress bars', '10%\r20%\r\n', ['10%', '20%']],
  ['moves of the cursor', `a${E}[2K${E}[1A${E}[?25lb\n`, ['ab']],
  ['titles', `${E}]0;evil\u0007a\n`, ['a']],
  ['links', `${E}]8;;javascript:alert(1)${E}\\click${E}]8;;${E}\\\n`, ['click']],
  ['an unfinished link, which hides nothing', `${E}]8;;x\nshown\n`, ['', 'shown']],
  ['C1 signs', '\u009b31ma\u0090\n', ['31ma']],
  ['signs that turn text around', 'a\u202eb\u2066c\u061c\n', ['abc']],
  ['tabs, which stay', 'a\tb\n', ['a\tb']],
  ['private sequences that end like colours', `${E}[>4;1ma\n`, ['a']],
]
for (const [what, text, drawn] of CASES)
  lines(`are right for ${what}`, () => {
    assert.equal(drawLines(linesOf(text)).map(written), drawn)
  })
lines('keep colours as codes', () => {
  assert.equal(drawLines(linesOf(`a${E}[1;31mb${E}[0mc\n`)), [
    [
      { text: 'a', codes: [] },
      { text: 'b', codes: [1, 31] },
      { text: 'c', codes: [] },
    ],
  ])
})
lines('go on with a colour in the same step only', () => {
  const drawn = drawLines(linesOf(`#5 ${E}[31ma\n#6 b\n#5 c\nfailed: d\n`))
  assert.equal(
    drawn.map((strokes) => strokes.at(-1)?.codes),
    [[31], [], [31], []],
  )
})
lines('are cut where they are endless', () => {
  const [line = ''] = linesOf(`${'x'.repeat(10_000)}\n`)
  assert.match(line, /^x{4000} … 6000 more characters, in the raw log$/)
})
lines('are those of the raw log, by number and by text, whatever is printed', () => {
  const piece = fc.constantFrom('a', '#1 ', '\n', '\r', '\r\n', '\t', E, `${E}[31m`, `${E}[m`, `${E}[2K`)
  const odd = fc.constantFrom(`${E}]0;t`, '\u0007', '\u009b', '\u202e', '\u2028', '<b>', '[', ';', 'm', '✓')
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, odd), { maxLength: 40 }), (pieces) => {
      const text = `${pieces.join('')}\n`
      const raw = plainText(text).replace(/\n$/, '').split('\n')
      assert.equal(drawLines(linesOf(text)).map(written), raw)
    }),
  )
})
lines.run()

const book = suite('badge log book')
book('numbers lines on over pieces and attempts', () => {
  const log = openLogBook()
  log.write('one\ntw')
  assert.is(log.lines(), 1)
  log.write('o\nrest')
  log.endAttempt()
  log.write('three\n')
  assert.is(log.lines(), 4)
  assert.equal(log.read(2, 4), ['two', 'rest', 'three'])
  assert.equal(log.beginnings(), [
    { attempt: 1, line: 1 },
    { attempt: 2, line: 4 },
  ])
})
book('gives the same lines however it is cut into pieces', () => {
  const text = Array.from(
    { length: 300 },
    (_, line) => `#${line % 3} ${E}[3${line % 8}mline ${line}\r\n`,
  ).join('')
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 20 }), (cuts) => {
      const log = openLogBook()
      const places = [0, ...cuts.sort((a, b) => a - b), text.length]
      for (const [index, place] of places.slice(1).entries()) log.write(text.slice(places[index], place))
      log.endAttempt()
      assert.equal(log.read(1, log.lines()), linesOf(text))
      assert.equal(log.read(120, 130), linesOf(text).slice(119, 130))
    }),
  )
})
book('leaves out what is over its limit, and says so', () => {
  const log = openLogBook()
  const piece = `${'x'.repeat(3_999)}\n`.repeat(4_096)
  for (let index = 0; index < 6; index += 1) log.write(piece)
  assert.match(
    log.read(log.lines(), log.lines())[0] ?? '',
    /^\[this page shows 64 MB; the rest is in the raw log\]$/,
  )
})
book.run()
