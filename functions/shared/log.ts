/** faasd's log collector dies of a line above 64 KiB and takes the function with it (facts/faasd.md 3.1). */
const LINE_LIMIT = 8_000

const SECRET_KEY = /secret|password|token|authorization|signature|cookie|key$/i
const SECRET_TEXT =
  /(?:gh[pousr]_[A-Za-z0-9]{20,}|(?:basic|bearer) [A-Za-z0-9+/=._-]{8,}|:\/\/[^\s/@]+:[^\s/@]+@|token=[^&\s"]+)/gi

/** Writes one line of JSON to stderr. Values under names that sound secret, and texts that look so, are taken out. */
export function log(event: string, fields: Record<string, unknown> = {}): void {
  process.stderr.write(`${logLine(event, fields, new Date())}\n`)
}

/** The line that `log` writes, without its newline, at most 8,000 bytes. */
export function logLine(event: string, fields: Record<string, unknown>, now: Date): string {
  const line = JSON.stringify({ time: now.toISOString(), event, ...fields }, redact)
  return Buffer.byteLength(line) <= LINE_LIMIT
    ? line
    : JSON.stringify({ time: now.toISOString(), event, cut: line.slice(0, LINE_LIMIT / 4) })
}

function redact(key: string, value: unknown): unknown {
  if (key !== '' && SECRET_KEY.test(key)) return '[redacted]'
  if (value instanceof Error) return describe(value)
  return typeof value === 'string' ? value.replace(SECRET_TEXT, '[redacted]').slice(0, LINE_LIMIT / 4) : value
}

/** Name, message and chain of causes, never an axios object with its headers. */
function describe(error: Error): Record<string, unknown> {
  const at = error.stack?.split('\n')[1]?.trim()
  return { name: error.name, message: error.message, at, ...(error.cause ? { cause: error.cause } : {}) }
}
