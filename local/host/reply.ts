import { createHash } from 'node:crypto'
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { isFresh } from './freshness.ts'

/**
 * Sends what a handler gave the way Express's `res.send` does, where a client can tell: Content-Type and its
 * charset, Content-Length, a weak ETag where there is none, 304 for a client that has it, no body for HEAD.
 * Throws where node refuses the status or a header.
 */
export function reply(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  value: unknown,
): void {
  for (const [name, given] of Object.entries(headers)) {
    if (given !== undefined)
      response.setHeader(name, Array.isArray(given) ? given.map(String) : String(given))
  }
  if (!Number.isInteger(status)) throw new TypeError(`Invalid status code: ${JSON.stringify(status)}`)
  response.statusCode = status
  const body = bodyOf(value, response)
  if (body !== undefined) describe(response, body)
  if (isFresh(request.method, status, request.headers, validators(response))) response.statusCode = 304
  if (response.statusCode === 204 || response.statusCode === 304) {
    response.removeHeader('Content-Type')
    response.removeHeader('Content-Length')
    response.end()
  } else if (response.statusCode === 205) {
    response.setHeader('Content-Length', '0')
    response.end()
  } else {
    response.end(request.method === 'HEAD' ? undefined : body)
  }
}

function bodyOf(value: unknown, response: ServerResponse): Buffer | undefined {
  if (value === undefined) return undefined
  if (value === null) return Buffer.alloc(0)
  if (ArrayBuffer.isView(value)) {
    response.setHeader('Content-Type', bytesType(response.getHeader('Content-Type')))
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  }
  const type = response.getHeader('Content-Type') ?? fallbackType(value)
  response.setHeader('Content-Type', utf8(String(type)))
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
}

// The template turns objects and arrays into a string itself, so Express calls them text/html; only what is
// neither (a number, a class instance) reaches Express's own JSON branch.
function fallbackType(value: unknown): string {
  const byTemplate = typeof value === 'string' || Array.isArray(value) || isPlainObject(value)
  return byTemplate ? 'text/html' : 'application/json'
}

function isPlainObject(value: unknown): boolean {
  return (value as object).constructor === Object
}

function bytesType(given: unknown): string {
  if (given === undefined) return 'application/octet-stream'
  const type = String(given)
  return /charset=/i.test(type) || !/^(?:text\/|application\/json\b)/i.test(type) ? type : utf8(type)
}

function utf8(type: string): string {
  const [name, ...parameters] = type.split(';').map((part) => part.trim())
  const kept = parameters.filter((parameter) => parameter !== '' && !/^charset=/i.test(parameter))
  return [name, 'charset=utf-8', ...kept].join('; ')
}

function describe(response: ServerResponse, body: Buffer): void {
  if (!response.hasHeader('Transfer-Encoding')) response.setHeader('Content-Length', body.length)
  if (!response.hasHeader('ETag')) response.setHeader('ETag', weakEtag(body))
}

function weakEtag(body: Buffer): string {
  const hash = createHash('sha1').update(body).digest('base64').slice(0, 27)
  return `W/"${body.length.toString(16)}-${hash}"`
}

function validators(response: ServerResponse) {
  return {
    etag: response.getHeader('ETag')?.toString(),
    lastModified: response.getHeader('Last-Modified')?.toString(),
  }
}
