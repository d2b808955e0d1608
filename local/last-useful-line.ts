import { readFileSync } from 'node:fs'

/**
 * The line that says why a Go daemon gave up: the last fatal or error line, else the last line; without the
 * logging library's time and level. Undefined for an empty log.
 */
export function lastUsefulLine(log: string): string | undefined {
  const lines = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
  const line =
    lines.findLast((text) => /level=(fatal|error|panic)|^failed |^panic: /.test(text)) ?? lines.at(-1)
  const quoted = line?.match(/\bmsg=("(?:[^"\\]|\\.)*")/)?.[1]
  return quoted ? String(JSON.parse(quoted)) : line
}
