import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { passedOn } from '../gateway/call-headers.ts'

// What OpenFaaS believes: where to send the answer, how long to wait, who called. X_Timeout is X-Timeout for some.
const BELIEVED =
  /^(?:x-callback-url|x-call-id|x-timeout|x-start-time|x-real-ip|forwarded|proxy|expect|http2-settings)$/
const BELIEVED_ALL = /^x-(?:function|forwarded)-|_/

/** The headers of a stranger's request that reach the gateway, and our own word on how it came. */
export function strippedHeaders(request: IncomingMessage): OutgoingHttpHeaders {
  const passed = Object.entries(passedOn(request)).filter(
    ([name]) => !BELIEVED.test(name) && !BELIEVED_ALL.test(name),
  )
  const { host = '', 'content-length': length } = request.headers
  return {
    ...Object.fromEntries(passed),
    host,
    'x-forwarded-host': host,
    'x-forwarded-proto': 'https',
    ...(request.method === 'POST' ? { 'content-length': length ?? '0' } : {}),
  }
}
