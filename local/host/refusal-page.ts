import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RefusedBody } from './refused-body.ts'

/** The HTML page Express answers a refused body with, without the stack trace that Express puts into it. */
export function refusalPage(request: IncomingMessage, response: ServerResponse, refused: RefusedBody): void {
  const text = `${refused.name}: ${refused.message}`.replace(/[<>&]/g, (sign) => `&#${sign.charCodeAt(0)};`)
  const page = `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n<pre>${text}</pre>\n</body>\n</html>\n`
  response.writeHead(refused.status, {
    'Content-Security-Policy': "default-src 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(page),
  })
  response.end(request.method === 'HEAD' ? undefined : page)
}
