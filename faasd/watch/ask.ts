import { request as httpRequest } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'

/** Nothing that is asked here has more to say, in bytes. */
const BODY_LIMIT = 64 * 1024

export type Answer = { status: number; body: string }

export type Question = RequestOptions & { body?: string; limitMs: number }

/**
 * One HTTP request on a connection of its own. Rejects with Node's error (`code`: ECONNREFUSED, …), or after
 * `limitMs` with code ABORT_ERR.
 */
export function ask(url: string, { body = '', limitMs, ...options }: Question): Promise<Answer> {
  const request = url.startsWith('https:') ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(limitMs)
    const asked = request(url, { agent: false, ...options, signal }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        if (text.length < BODY_LIMIT) text += chunk
      })
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body: text }))
      answer.on('error', reject)
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

/** Why a question had no answer, as the end of a sentence. */
export function whyNoAnswer(error: unknown, limitMs: number): string {
  const { code = '', message } = error as { code?: string; message: string }
  if (code === 'ABORT_ERR') return `gives no answer within ${limitMs / 1000} s`
  if (code === 'ECONNREFUSED') return 'refuses connections'
  if (code === 'ECONNRESET' || code === 'HPE_INVALID_EOF_STATE') return 'hangs up'
  return `cannot be asked (${code || message})`
}
