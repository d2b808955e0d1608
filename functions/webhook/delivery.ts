import type { FromSchema } from 'json-schema-to-ts'
import { Failure } from '../shared/failure.ts'
import type { pullRequestSchema, pushSchema } from '../shared/schema/delivery.ts'
import { type Check, isPullRequestPayload, isPushPayload } from '../shared/validators.generated.mjs'
import * as words from './words.ts'

export type PullRequestPayload = FromSchema<typeof pullRequestSchema>
export type PushPayload = FromSchema<typeof pushSchema>

/** After these, a merge of the pull request would do something else than before. */
const CHANGES = ['opened', 'synchronize', 'reopened', 'edited', 'ready_for_review']

/** What GitHub tells, as far as a decision needs it. */
export type Delivery =
  | { event: 'pull_request'; action: 'closed' | 'changed'; payload: PullRequestPayload }
  | { event: 'push'; payload: PushPayload }
  | { event: 'ping' }
  | { event: 'other'; what: string }

/** Reads a signed delivery; `bad_request` names the place. Only what is relied on is looked at. */
export function parseDelivery(event: string | undefined, body: Buffer): Delivery {
  if (!event) throw new Failure('bad_request', words.noEvent)
  const payload = parseObject(body)
  if (event === 'ping') return { event }
  if (event === 'push') return { event, payload: check<PushPayload>(isPushPayload, payload) }
  if (event !== 'pull_request') return { event: 'other', what: event.slice(0, 40) }
  const { action } = payload
  const changed = CHANGES.includes(String(action))
  if (typeof action === 'string' && action !== 'closed' && !changed)
    return { event: 'other', what: `${event} ${action.slice(0, 40)}` }
  const read = check<PullRequestPayload>(isPullRequestPayload, payload)
  return { event, action: changed ? 'changed' : 'closed', payload: read }
}

function parseObject(body: Buffer): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch {
    // The parser's own message quotes the body.
    throw new Failure('bad_request', words.notJson)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw new Failure('bad_request', words.notAnObject)
}

function check<Payload>(fits: Check, payload: object): Payload {
  if (fits(payload)) return payload as Payload
  const [error] = fits.errors ?? []
  throw new Failure('bad_request', words.misfit(error?.instancePath || '/', String(error?.message)))
}
