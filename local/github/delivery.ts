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
}

/** Where deliveries go; the secret is read at each of them. */
export type Webhook = { url: string; secret: () => string }

// https://docs.github.com/webhooks/using-webhooks/best-practices-for-using-webhooks
const ANSWER_MS = 10_000

/** The id of the one webhook that a repository has here. */
export function hookId(repository: Repository): number {
  return (repository.ledger.id % 100_000_000) + 400_000_000
}

/** Delivers an event once, with a new id. GitHub never tries again by itself. */
export function deliver(
  webhook: Webhook,
  repository: Repository,
  event: string,
  payload: unknown,
): Promise<Delivery> {
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/a27c0de',
    'x-github-event': event,
    'x-github-hook-id': String(hookId(repository)),
    'x-github-hook-installation-target-id': String(repository.ledger.id),
    'x-github-hook-installation-target-type': 'repository',
  }
  return attempt(webhook, randomUUID(), event, Buffer.from(JSON.stringify(payload)), headers)
}

/** The same body with the same X-GitHub-Delivery once more, signed with the secret of now. */
export function redeliver(webhook: Webhook, delivery: Delivery): Promise<Delivery> {
  return attempt(webhook, delivery.id, delivery.event, delivery.body, delivery.headers)
}

async function attempt(
  webhook: Webhook,
  id: string,
  event: string,
  body: Buffer,
  fixed: Record<string, string>,
): Promise<Delivery> {
  const headers = { ...fixed, 'x-github-delivery': id, ...signatures(webhook.secret(), body) }
  try {
    const answer = await fetch(webhook.url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    return { id, event, body, headers, status: answer.status, response: await answer.text() }
  } catch (error) {
    return { id, event, body, headers, status: undefined, response: reasonOf(error) }
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
