import { jsonLine } from './printable.ts'

/** A request as a plain value: headers in lower case, the body as the bytes that were sent. */
export type Request = {
  method: string
  path: string
  query: Record<string, string>
  headers: Record<string, string>
  body: Buffer
}

export type Reply = { status: number; headers: Record<string, string>; body: string | Buffer }

/** One line of JSON: it is read in GitHub's delivery log and in terminals, and quotes what strangers wrote. */
export function json(status: number, value: unknown): Reply {
  return { status, headers: { 'Content-Type': 'application/json' }, body: `${jsonLine(value)}\n` }
}
