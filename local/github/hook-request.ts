import type { Hook, HookConfig } from './hook.ts'
import { Refusal } from './reply.ts'

// https://docs.github.com/webhooks/webhook-events-and-payloads, those of a repository
const EVENTS = new Set(
  `branch_protection_configuration branch_protection_rule check_run check_suite code_scanning_alert commit_comment
  create custom_property custom_property_values delete dependabot_alert deploy_key deployment deployment_status
  discussion discussion_comment fork gollum issue_comment issues label member merge_group meta milestone package
  page_build project project_card project_column public pull_request pull_request_review
  pull_request_review_comment pull_request_review_thread push registry_package release repository
  repository_advisory repository_import repository_ruleset repository_vulnerability_alert secret_scanning_alert
  secret_scanning_alert_location security_and_analysis star status sub_issues team_add watch workflow_job
  workflow_run *`.split(/\s+/),
)

export type HookRequest = Partial<Pick<Hook, 'active' | 'events' | 'config'>>

/** What a body that makes or changes a webhook says, or the 400 or 422 that GitHub refuses it with. */
export function parseHook(body: Buffer): HookRequest {
  const { name = 'web', active, events, config } = parse(body)
  if (name !== 'web') throw invalid('name must be web')
  if (active !== undefined && typeof active !== 'boolean') throw invalid('active is not a boolean')
  return {
    ...(active !== undefined && { active }),
    ...(events !== undefined && { events: eventsOf(events) }),
    ...(config !== undefined && { config: configOf(config) }),
  }
}

/** GitHub's refusal of a webhook. */
export function invalid(message: string): Refusal {
  return new Refusal(422, 'Validation Failed', { errors: [{ resource: 'Hook', code: 'custom', message }] })
}

/** What every webhook must have. */
export function urlMissing(): Refusal {
  return invalid('Config must contain URL for webhooks')
}

function eventsOf(events: unknown): string[] {
  if (!Array.isArray(events) || events.length === 0) throw invalid('events must be a list of events')
  const unknown = events.filter((event) => !EVENTS.has(event))
  if (unknown.length > 0) throw invalid(`These events are not allowed for this hook: ${unknown.join(', ')}`)
  return events as string[]
}

// What is not said is at its default: a change without a secret takes the secret away, as GitHub's does.
function configOf(config: unknown): HookConfig {
  const { url, content_type = 'form', insecure_ssl = '0', secret } = config as Record<string, unknown>
  if (typeof url !== 'string' || url === '') throw urlMissing()
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || /[\s"<>]/.test(url)) {
    const advice = 'Please make sure that you encode all special characters first'
    throw invalid(`The URL you've entered is not valid. ${advice}`)
  }
  if (content_type !== 'json' && content_type !== 'form') throw invalid('content_type must be json or form')
  const insecure = String(insecure_ssl)
  if (insecure !== '0' && insecure !== '1') throw invalid('insecure_ssl must be 0 or 1')
  if (secret !== undefined && typeof secret !== 'string') throw invalid('secret is not a string')
  return { content_type, insecure_ssl: insecure, ...(secret ? { secret } : {}), url }
}

function parse(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString())
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>
    }
  } catch {}
  throw new Refusal(400, 'Problems parsing JSON')
}
