import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import type { Result } from './queued-call.ts'

// The worker of OpenFaaS CE waits as long as it takes; here nobody's slow server holds the queue.
const LONGEST_CALLBACK_MS = 3_000

/**
 * Where a queued call wants its answer posted: X-Callback-Url, `invalid` if it is no http address. `undefined`
 * unless the caller called the gateway by a name of loopback: whoever comes by another one (a tunnel's, that of
 * a page whose name was bound to 127.0.0.1) could have it post anywhere on this machine (docs/decisions/0007).
 */
export function callbackOf(headers: IncomingHttpHeaders): URL | 'invalid' | undefined {
  const address = headers['x-callback-url']
  if (!address || !/^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i.test(headers.host ?? '')) return undefined
  return /^https?:/i.test(`${address}`) && URL.canParse(`${address}`) ? new URL(`${address}`) : 'invalid'
}

/** One POST of the answer, with the function's own headers and `added`. What comes of it is ignored. */
export function callBack(url: URL, result: Result, added: OutgoingHttpHeaders): Promise<void> {
  return new Promise((resolve) => {
    const sent = (url.protocol === 'https:' ? tlsRequest : plainRequest)(url, {
      method: 'POST',
      headers: {
        'user-agent': 'Go-http-client/1.1',
        ...result.headers,
        ...added,
        'content-length': result.body.length,
      },
      signal: AbortSignal.timeout(LONGEST_CALLBACK_MS),
    })
    sent.once('error', () => resolve())
    sent.once('close', resolve)
    sent.once('response', (answer) => answer.on('error', () => {}).resume())
    sent.end(result.body)
  })
}
