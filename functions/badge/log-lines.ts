import { SEQUENCES } from '../shared/printable.ts'
import { codesOf, draw, type Pen, PLAIN } from './sgr.ts'
import * as words from './words.ts'

/** Of one line, in characters; the rest stands in the raw log. */
const LINE_LIMIT = 4_000

/** A sequence that sets colours, and nothing else. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const SGR = /\u001b\[([\d;:]*)m/g

/** A return before a line's end, with colours set between them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const RETURN = /\r((?:\u001b\[[\d;:]*m)*)\n/g

/** What plainText takes out as well, but for the beginning of what sets colours. */
const OBEYED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /(?!\u001b\[[\d;:]*m)[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** A part of a line, drawn by these SGR codes; or its beginning, the number of its step. */
export type Stroke = { text: string; codes: number[]; step?: boolean }

/**
 * The lines of a log, or of a part that ends with a line: those that plainText gives, so that a number means the same line here and in the raw
 * log, with the sequences that set colours and no other. Linear in time, whatever is in it (docs/decisions/0013).
 */
export function linesOf(text: string): string[] {
  const kept = text.includes('\u001b')
    ? text.replace(SEQUENCES, (found) => (setsColors(found) ? found : '')).replace(RETURN, '$1\r\n')
    : text
  const lines = kept.replace(/\r\n?/g, '\n').replace(OBEYED, '').split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map((line) => {
    const more = line.length - LINE_LIMIT
    return more > 0 ? `${line.slice(0, LINE_LIMIT)} ${words.moreCharacters(more)}` : line
  })
}

function setsColors(sequence: string): boolean {
  SGR.lastIndex = 0
  return sequence.endsWith('m') && SGR.test(sequence)
}

/**
 * Lines as strokes. What a line leaves on goes on in the next line of its step, because the lines of steps that run
 * together are mixed; a line that is of no step begins plain.
 */
export function drawLines(lines: string[]): Stroke[][] {
  const pens = new Map<string, Pen>()
  return lines.map((line) => {
    const step = /^#\d+ /.exec(line)?.[0] ?? ''
    const begun = pens.get(step) ?? PLAIN
    const [strokes, pen] = drawLine(line.slice(step.length), begun)
    if (step !== '' && pen !== begun) pens.set(step, pen)
    return step === '' ? strokes : [{ text: step, codes: [], step: true }, ...strokes]
  })
}

function drawLine(line: string, begun: Pen): [strokes: Stroke[], pen: Pen] {
  const strokes: Stroke[] = []
  let pen = begun
  // Text and parameters in turns.
  for (const [index, part] of line.split(SGR).entries()) {
    if (index % 2 === 1) pen = draw(pen, part)
    else if (part !== '') strokes.push({ text: part, codes: codesOf(pen) })
  }
  return [strokes, pen]
}
