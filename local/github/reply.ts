/** An answer as a value: nothing is written before the last line. */
export type Reply = {
  status: number
  headers: Record<string, string>
  body: Buffer | AsyncIterable<Buffer>
}

/** What GitHub answers with a message instead of what was asked for. */
export class Refusal extends Error {
  status: number
  more: Record<string, unknown>
  constructor(status: number, message: string, more: Record<string, unknown> = {}) {
    super(message)
    this.name = 'Refusal'
    this.status = status
    this.more = more
  }
}

/** A JSON document, compact as GitHub's. */
export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: Buffer.from(JSON.stringify(value)),
  }
}

/** Plain text, as codeload answers. */
export function text(message: string, status: number): Reply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: Buffer.from(message) }
}

/** GitHub's form of an error; its `status` is a string. */
export function refused(refusal: Refusal): Reply {
  const { message, status, more } = refusal
  const documentation_url = 'https://docs.github.com/rest'
  return json({ message, ...more, documentation_url, status: String(status) }, status)
}

/** 404 as GitHub says it for everything that is not there or not to be seen. */
export function notFound(message = 'Not Found'): Refusal {
  return new Refusal(404, message)
}
