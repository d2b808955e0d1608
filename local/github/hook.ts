import type { RepositoryCall } from './call.ts'
import type { Webhook } from './delivery.ts'
import type { HookLog } from './hook-log.ts'
import { notFound } from './reply.ts'
import type { Repository } from './repository.ts'

/** A webhook that somebody set up by the API; the keys are GitHub's. */
export type Hook = {
  id: number
  active: boolean
  events: string[]
  config: HookConfig
  created_at: string
  updated_at: string
}
export type HookConfig = {
  url: string
  content_type: 'json' | 'form'
  insecure_ssl: '0' | '1'
  secret?: string
}

/** A webhook as GitHub shows it: of the secret only that there is one. */
export function hookJson(api: string, repository: Repository, hook: Hook, log?: HookLog) {
  const { id, active, events, config, created_at, updated_at } = hook
  const url = `${api}/repos/${repository.fullName}/hooks/${id}`
  return {
    type: 'Repository',
    id,
    name: 'web',
    active,
    events,
    config: config.secret === undefined ? config : { ...config, secret: '********' },
    updated_at,
    created_at,
    url,
    test_url: `${url}/test`,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    last_response: lastResponse(id, log),
  }
}

/** The webhook that the address names, or 404. */
export function hookAsked({ parameters }: RepositoryCall, repository: Repository): Hook {
  const hook = repository.ledger.hooks.find(({ id }) => String(id) === parameters[0])
  if (hook === undefined) throw notFound()
  return hook
}

/** Where a webhook's deliveries go, and how. */
export function webhookOf({ id, config }: Hook): Webhook {
  const { url, secret = '', content_type: contentType } = config
  return { url, secret: () => secret, id, contentType }
}

/** Whether a webhook wants to hear of an event. */
export function hears({ active, events }: Hook, event: string): boolean {
  return active && (events.includes('*') || events.includes(event))
}

function lastResponse(id: number, log: HookLog | undefined) {
  const last = log?.of(id)[0]
  if (last === undefined) return { code: null, status: 'unused', message: null }
  const status = last.status_code < 300 ? 'active' : 'misconfigured'
  return { code: last.status_code, status, message: last.status }
}
