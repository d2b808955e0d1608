import { createHmac, randomUUID } from 'node:crypto'
import type { Repository } from './repository.ts'

/** One attempt to deliver an event; `status` is undefined when nobody answered, `response` says why then. */
export type Delivery = {
  id: string
  event: string
  body: Buffer
  headers: Record<string, string>
  status: number | undefined
  response: string
  /** What the body says, before it was encoded. */
  payload: unknown
  responseHeaders: Record<string, string>
  /** How long it took. */
  ms: number
}

/** Where deliveries go; the secret is read at each of them. JSON, and the repository's one id, unless said. */
export type Webhook = { url: string; secret: () => string; id?: number; contentType?: 'json' | 'form' }

// https://docs.github.com/webhooks/using-webhooks/best-practices-for-using-webhooks
const ANSWER_MS = 10_000

/** The id of the one webhook that a repository has here. */
export function hookId(repository: Pick<Repository, 'ledger'>): number {
  return (repository.ledger.id % 100_000_000) + 400_000_000
}

/** Delivers an event once, with a new id. GitHub never tries again by itself. */
export function deliver(
  webhook: Webhook,
  repository: Repository,
  event: string,
  payload: unknown,
): Promise<Delivery> {
  const json = JSON.stringify(payload)
  const form = webhook.contentType === 'form'
  const body = Buffer.from(form ? new URLSearchParams({ payload: json }).toString() : json)
  const headers = {
    'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json',
    'user-agent': 'GitHub-Hookshot/a27c0de',
    'x-github-event': event,
    'x-github-hook-id': String(webhook.id ?? hookId(repository)),
    'x-github-hook-installation-target-id': String(repository.ledger.id),
    'x-github-hook-installation-target-type': 'repository',
  }
  return attempt(webhook, { id: randomUUID(), event, body, headers, payload })
}

/** The same body with the same X-GitHub-Delivery once more, signed with the secret of now. */
export function redeliver(webhook: Webhook, delivery: Delivery): Promise<Delivery> {
  return attempt(webhook, delivery)
}

async function attempt(
  webhook: Webhook,
  {
    id,
    event,
    body,
    headers: fixed,
    payload,
  }: Pick<Delivery, 'id' | 'event' | 'body' | 'headers' | 'payload'>,
): Promise<Delivery> {
  const started = performance.now()
  const headers = { ...fixed, 'x-github-delivery': id, ...signatures(webhook.secret(), body) }
  const sent = { id, event, body, headers, payload }
  try {
    const answer = await fetch(webhook.url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    const response = await answer.text()
    const responseHeaders = Object.fromEntries(answer.headers)
    return { ...sent, status: answer.status, response, responseHeaders, ms: performance.now() - started }
  } catch (error) {
    const ms = performance.now() - started
    return { ...sent, status: undefined, response: reasonOf(error), responseHeaders: {}, ms }
  }
}

// A webhook without a secret is delivered unsigned.
function signatures(secret: string, body: Buffer): Record<string, string> {
  if (secret === '') return {}
  const hmac = (algorithm: string) => createHmac(algorithm, secret).update(body).digest('hex')
  return { 'x-hub-signature': `sha1=${hmac('sha1')}`, 'x-hub-signature-256': `sha256=${hmac('sha256')}` }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'timed out'
  return error.cause instanceof Error ? error.cause.message : error.message
}
