import { type Html, html, markup, trusted } from './html.ts'
import type { LogBook } from './log-book.ts'
import { drawLines, type Stroke } from './log-lines.ts'
import type { LogWindow } from './log-window.ts'

/** So many lines before a window are looked at for a colour that goes on into it. */
const COLORS_FROM = 500

/** What BuildKit says of a step, and what artefacto says of an attempt. */
const KINDS: [kind: string, line: RegExp][] = [
  ['end', /^#\d+ (?:DONE \d|CACHED$)/],
  ['bad', /^(?:#\d+ ERROR|failed: |error: )/],
  ['step', /^(?:#\d+ (?:\[|exporting to |pushing |resolve image config )|building |pushed sha256:)/],
]

/** Lines of a log as markup: each with its number, which is a link to it; each of several attempts with a heading. */
export function logRows(book: LogBook, { first, last }: LogWindow): Html {
  const beginnings = book.beginnings()
  const rows = beginnings.map(({ attempt, line }, index) => {
    const end = Math.min((beginnings[index + 1]?.line ?? Number.POSITIVE_INFINITY) - 1, last)
    const begin = Math.max(line, first)
    if (begin > end) return ''
    const named = begin === line && beginnings.length > 1
    return [named && html`<h3>Attempt ${attempt}</h3>`, attemptRows(book, line, begin, end)]
  })
  return html`${rows}`
}

function attemptRows(book: LogBook, start: number, first: number, last: number): Html {
  const from = Math.max(start, first - COLORS_FROM)
  const lines = book.read(from, last)
  const drawn = drawLines(lines)
  const rows = drawn.slice(first - from).map((strokes, index) => row(first + index, strokes))
  return trusted(rows.join(''))
}

function row(number: number, strokes: Stroke[]): string {
  const text = strokes.map((stroke) => stroke.text).join('')
  const kind = KINDS.find(([, line]) => line.test(text))?.[0]
  return `<div id="L${number}"${kind ? ` class="${kind}"` : ''}><a href="?at=${number}#L${number}" tabindex="-1">${number}</a>${strokes.map(drawnStroke).join('')}</div>`
}

function drawnStroke({ text, codes, step }: Stroke): string {
  if (step) return `<i>${text}</i>`
  const safe = text
    .split('\t')
    .map((part) => markup(html`${part}`))
    .join('\t')
  return codes.length === 0
    ? safe
    : `<span class="${codes.map((code) => `c${code}`).join(' ')}">${safe}</span>`
}
