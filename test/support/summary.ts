/**
 * What one uvu process said: its own totals, where a process that ran nothing, died early or left no totals
 * counts as one failure (uvu exits 0 with "Total: 0" when `.run()` is forgotten).
 */
export function summary(
  output: string,
  code: number | null,
): { passed: number; failed: number; verdict: string } {
  const count = (word: string) => Number(output.match(new RegExp(`^\\s+${word}:\\s+(\\d+)`, 'm'))?.[1] ?? 0)
  const total = count('Total')
  const passed = count('Passed')
  const skipped = count('Skipped')
  const failed = Math.max(total - passed - skipped, 0)
  if (failed > 0) return { passed, failed, verdict: `${passed} of ${total}` }
  if (total === 0) return { passed: 0, failed: 1, verdict: 'ran no test' }
  if (code !== 0) return { passed, failed: 1, verdict: `ended with code ${code}` }
  return { passed, failed: 0, verdict: `${passed}` }
}
