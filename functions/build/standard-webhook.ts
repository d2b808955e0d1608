import { createHmac } from 'node:crypto'
import type { Notice } from './notice.ts'
import * as words from './words/notices.ts'

const FORM = /^whsec_([A-Za-z0-9+/]+={0,2})$/
const SHORTEST = 24
const LONGEST = 64

/**
 * The headers that sign a notice as Standard Webhooks says, with every one of these secrets (two while one is being
 * rotated); `now` in ms since 1970.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function standardWebhook(
  secrets: string[],
  { id, body }: Notice,
  now: number,
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000))
  const signatures = secrets.map((secret) => {
    const hmac = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`)
    return `v1,${hmac.digest('base64')}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}

/** The bytes of a secret `whsec_…`; another form is an Error with a sentence. */
export function keyOf(secret: string): Buffer {
  const key = Buffer.from(FORM.exec(secret)?.[1] ?? '', 'base64')
  if (key.length < SHORTEST || key.length > LONGEST) throw new Error(words.notSecret)
  return key
}
