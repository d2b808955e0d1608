import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** Answers in one line of plain text, as Go's `http.Error` does. */
export function plainAnswer(
  response: ServerResponse,
  status: number,
  text: string,
  headers: OutgoingHttpHeaders = {},
): void {
  if (response.headersSent) return
  response.writeHead(status, {
    ...headers,
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(text === '' ? undefined : `${text}\n`)
}
