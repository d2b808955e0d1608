import type { IncomingHttpHeaders } from 'node:http'

/** The validators of the answer that is about to be sent. */
export type Validators = { etag?: string | undefined; lastModified?: string | undefined }

/**
 * Whether the client already has this answer, so that Express would say 304: GET or HEAD, a 2xx or 304, and
 * If-None-Match (or else If-Modified-Since) agrees. A client that asks for no-cache always gets a full answer.
 */
export function isFresh(
  method: string | undefined,
  status: number,
  request: IncomingHttpHeaders,
  validators: Validators,
): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  if (status !== 304 && (status < 200 || status > 299)) return false
  if (/(?:^|,)\s*no-cache\s*(?:,|$)/.test(request['cache-control'] ?? '')) return false
  const noneMatch = request['if-none-match']
  if (noneMatch !== undefined) return matches(noneMatch, validators.etag)
  const since = request['if-modified-since']
  if (since === undefined || validators.lastModified === undefined) return false
  return Date.parse(validators.lastModified) <= Date.parse(since)
}

function matches(noneMatch: string, etag: string | undefined): boolean {
  if (noneMatch.trim() === '*') return true
  if (etag === undefined) return false
  return noneMatch.split(',').some((tag) => weak(tag.trim()) === weak(etag))
}

function weak(tag: string): string {
  return tag.replace(/^W\//, '')
}
