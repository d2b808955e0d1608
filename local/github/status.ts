import { Refusal } from './reply.ts'

/** A commit status as GitHub keeps it; the keys are GitHub's. */
export type Status = {
  id: number
  sha: string
  state: 'error' | 'failure' | 'pending' | 'success'
  description: string | null
  target_url: string | null
  context: string
  created_at: string
}

const STATES = ['error', 'failure', 'pending', 'success']
const DESCRIPTION_MAX = 140

/** What a `POST statuses` body says, or the 400 or 422 that GitHub refuses it with. */
export function parseStatus(body: Buffer): Pick<Status, 'state' | 'description' | 'target_url' | 'context'> {
  const value = parse(body)
  const { state, description = null, target_url = null, context = 'default' } = value
  if (!STATES.includes(state as string)) throw invalid('state', 'state is not included in the list')
  if (!isTextOrNull(description)) throw invalid('description', 'description is not a string')
  if ((description ?? '').length > DESCRIPTION_MAX) {
    throw invalid('description', `description is too long (maximum is ${DESCRIPTION_MAX} characters)`)
  }
  if (!isTextOrNull(target_url)) throw invalid('target_url', 'target_url is not a string')
  if (target_url && !/^https?:\/\//.test(target_url)) {
    throw invalid('target_url', 'target_url must use http(s) scheme')
  }
  if (typeof context !== 'string') throw invalid('context', 'context is not a string')
  return { state: state as Status['state'], description, target_url, context }
}

/** The newest status of each context, newest first. */
export function latestOfEach(statuses: Status[]): Status[] {
  const newest = new Map(statuses.map((status) => [status.context, status]))
  return [...newest.values()].sort((a, b) => b.id - a.id)
}

/** GitHub's one word for all contexts together. */
export function combined(latest: Status[]): 'failure' | 'pending' | 'success' {
  if (latest.some(({ state }) => state === 'error' || state === 'failure')) return 'failure'
  return latest.length === 0 || latest.some(({ state }) => state === 'pending') ? 'pending' : 'success'
}

function parse(body: Buffer): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(body.toString())
  } catch {
    throw new Refusal(400, 'Problems parsing JSON')
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>
  }
  throw new Refusal(400, 'Body should be a JSON object')
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string'
}

function invalid(field: string, message: string): Refusal {
  const errors = [{ resource: 'Status', code: 'custom', field, message }]
  return new Refusal(422, `Validation Failed: ${message}`, { errors })
}
