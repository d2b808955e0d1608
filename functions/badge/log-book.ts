import { linesOf } from './log-lines.ts'

/** What a book keeps, in bytes; what comes after is left out, and its last line says so. */
const LIMIT = 64 * 1024 * 1024

type Block = { first: number; count: number; bytes: Buffer }

/** Where an attempt begins: its number, and that of its first line. */
export type Beginning = { attempt: number; line: number }

/**
 * The log of a build as lines, numbered from 1 on over all attempts, as log-lines.ts gives them. Lines are only ever
 * added, so a number stays what it is.
 */
export type LogBook = {
  write(text: string): void
  /** Ends the attempt that is being written; what is written next is the next one's. */
  endAttempt(): void
  beginnings(): readonly Beginning[]
  lines(): number
  bytes(): number
  /** The lines from number `first` to number `last`. */
  read(first: number, last: number): string[]
}

export function openLogBook(): LogBook {
  const blocks: Block[] = []
  const beginnings: Beginning[] = []
  let rest = ''
  let lines = 0
  let bytes = 0
  let ended = 0

  function add(some: string[]): void {
    if (some.length === 0 || bytes > LIMIT) return
    if (beginnings.at(-1)?.attempt !== ended + 1) beginnings.push({ attempt: ended + 1, line: lines + 1 })
    put(some)
    if (bytes > LIMIT) put([`[this page shows ${LIMIT / 1024 / 1024} MB; the rest is in the raw log]`])
  }

  function put(some: string[]): void {
    const block = { first: lines + 1, count: some.length, bytes: Buffer.from(some.join('\n')) }
    blocks.push(block)
    lines += some.length
    bytes += block.bytes.length
  }

  return {
    write(text) {
      const whole = rest + text
      const end = whole.lastIndexOf('\n')
      rest = whole.slice(end + 1)
      if (end >= 0) add(linesOf(whole.slice(0, end + 1)))
    },
    endAttempt() {
      if (rest !== '') add(linesOf(rest))
      rest = ''
      ended += 1
    },
    beginnings: () => beginnings,
    lines: () => lines,
    bytes: () => bytes,
    read(first, last) {
      const touched = blocks.filter((block) => block.first <= last && block.first + block.count > first)
      const before = touched[0] ? first - touched[0].first : 0
      const lines = touched.flatMap((block) => block.bytes.toString().split('\n'))
      return lines.slice(before, before + last - first + 1)
    },
  }
}
