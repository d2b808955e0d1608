import { stripVTControlCharacters } from 'node:util'

const TAIL_LINES = 40
const TAIL_LENGTH = 6_000
const GIVEN_UP = 3
const KERNEL_BROKE = /^\[ *[\d.]+\] (Kernel panic|BUG:|Oops|general protection|invalid opcode|watchdog: )/m

/** What a machine's console says of our init. */
export type Seen = {
  /** It has an address, and the command was started. */
  started: boolean
  /** The command ended so often that there is no use in waiting; with this code. */
  ended: string | undefined
  /** The kernel, which is ours, did not get to the command, or broke. */
  crashed: boolean
}

export function readConsole(text: string): Seen {
  const ends = [...text.matchAll(/^ami\[[\d.]+\] the service ended with (\d+)/gm)]
  const started = /^ami\[[\d.]+\] network \S+ \d/m.test(text) && /^ami\[[\d.]+\] start/m.test(text)
  return {
    started,
    crashed: !started || KERNEL_BROKE.test(text),
    ended: ends.length < GIVEN_UP ? undefined : ends.at(-1)?.[1],
  }
}

/** The last lines, as a person can read them in a log. */
export function consoleTail(text: string): string {
  const lines = stripVTControlCharacters(text)
    .replace(/[^\n\x20-\x7e]/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
  return lines.slice(-TAIL_LINES).join('\n').slice(-TAIL_LENGTH)
}
