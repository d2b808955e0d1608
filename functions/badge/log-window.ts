import type { LogBook } from './log-book.ts'

/** The part of a log that one page shows: numbers of its first and its last line. */
export type LogWindow = { first: number; last: number }

/** A page shows at most so many lines, and so many characters of them: more would make a browser slow. */
export const WINDOW_LINES = 2_000
const WINDOW_TEXT = 256 * 1024

/** The newest lines, from number `from` on. */
export function newestWindow(book: LogBook, from = 1): LogWindow {
  const last = book.lines()
  return { first: firstOf(book, Math.max(from, last - WINDOW_LINES + 1), last, WINDOW_TEXT), last }
}

/** The lines around this one. */
export function windowAround(book: LogBook, line: number): LogWindow {
  const half = WINDOW_LINES / 2
  const at = Math.min(Math.max(line, 1), book.lines())
  const first = firstOf(book, Math.max(at - half, 1), at, WINDOW_TEXT / 2)
  const after = book.read(at + 1, at + half - 1)
  return { first, last: at + fitting(after, WINDOW_TEXT / 2) }
}

function firstOf(book: LogBook, first: number, last: number, room: number): number {
  const count = fitting(book.read(first, last).reverse(), room)
  return last - count + 1
}

/** How many of these lines have room. */
function fitting(lines: string[], room: number): number {
  let left = room
  const end = lines.findIndex((line) => {
    left -= line.length
    return left < 0
  })
  return end < 0 ? lines.length : end
}
