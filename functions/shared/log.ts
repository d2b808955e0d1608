import { jsonLine } from './printable.ts'

/** faasd's log collector dies of a line above 64 KiB and takes the function with it (docs/decisions/0007). */
const LINE_LIMIT = 8_000

const SECRET_KEY = /secret|password|token|authorization|signature|cookie|key$/i
const SECRET_TEXT =
  /(?:gh[pousr]_[\w.-]{20,}|github_pat_\w{20,}|(?:basic|bearer) [A-Za-z0-9+/=._-]{8,}|:\/\/[^\s/@]+@|(?:token|key)=[^&\s"]+)/gi

/** Writes one line of JSON to stderr. Values under names that sound secret, and texts that look so, are taken out. */
export function log(event: string, fields: Record<string, unknown> = {}): void {
  process.stderr.write(`${logLine(event, fields, new Date())}\n`)
}

/** The line that `log` writes, without its newline, at most 8,000 bytes. */
export function logLine(event: string, fields: Record<string, unknown>, now: Date): string {
  const line = written({ time: now.toISOString(), event, ...fields })
  return Buffer.byteLength(line) <= LINE_LIMIT
    ? line
    : jsonLine({ time: now.toISOString(), event, cut: line.slice(0, LINE_LIMIT / 4) })
}

/** What JSON cannot hold (a circle, a bigint) must not keep us from saying that something happened. */
function written(entry: { time: string; event: string }): string {
  try {
    return jsonLine(entry, redact)
  } catch (error) {
    return jsonLine({ time: entry.time, event: entry.event, unwritable: String(error) }, redact)
  }
}

function redact(this: unknown, key: string, value: unknown): unknown {
  if (key !== '' && SECRET_KEY.test(key)) return '[redacted]'
  // An axios error has a toJSON, with headers and body in it, that has run by now: `this` still holds the error.
  const held = (this as Record<string, unknown>)[key]
  if (held instanceof Error) return describe(held)
  return typeof value === 'string' ? value.replace(SECRET_TEXT, '[redacted]').slice(0, LINE_LIMIT / 4) : value
}

/** Name, message and chain of causes, never an axios object with its headers. */
function describe(error: Error): Record<string, unknown> {
  // A message may have lines of its own, and may be empty where there is a code (ECONNREFUSED of two addresses).
  const at = error.stack?.split('\n').find((line) => /^ +at /.test(line))
  const { name, message, cause, code } = error as Error & { code?: unknown }
  return { name, message, code, at: at?.trim(), ...(cause ? { cause } : {}) }
}
