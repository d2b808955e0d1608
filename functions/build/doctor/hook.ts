import { type Check, failed, ok, warning } from '../../shared/check.ts'
import * as words from '../words/hooks.ts'

/** What is relied on in https://docs.github.com/rest/repos/webhooks */
export type Hook = {
  id: number
  active: boolean
  events: string[]
  config: { url?: string; content_type?: string; insecure_ssl?: string | number; secret?: string }
}
export type Delivery = { event: string; status: string; status_code: number; delivered_at: string }

type Where = { fullName: string; page: string }

const EVENTS = ['pull_request', 'push']

/** Whether a hook leads to the webhook function. */
export function isOurs({ config }: Pick<Hook, 'config'>): boolean {
  return pathOf(config.url).endsWith('/function/webhook')
}

export function noHook(name: string, hooks: Hook[], page: string): Check {
  if (hooks.length === 0) return failed(name, 'webhook_missing', words.none, words.noneMend(page))
  const says = words.elsewhere(pathOf(hooks[0]?.config.url) || words.nowhere)
  return failed(name, 'webhook_missing', says, words.elsewhereMend(page))
}

/** What is wrong with a hook that leads here: its settings first, then what became of its last delivery. */
export function judgeHook(name: string, hook: Hook, deliveries: Delivery[], where: Where): Check {
  return wrongSetting(name, hook, where) ?? lastDelivery(name, deliveries, where.page)
}

function wrongSetting(name: string, hook: Hook, { fullName, page }: Where): Check | undefined {
  const { config, events } = hook
  const wrong = (says: string, mend: string) => failed(name, 'webhook_wrong', says, mend)
  if (!hook.active) return wrong(words.inactive, words.activeMend(fullName, hook.id))
  if (config.content_type !== 'json') return wrong(words.notJson, words.jsonMend(fullName, hook.id))
  // GitHub shows it as asterisks.
  if (!config.secret) return wrong(words.noSecret, words.secretMend(page))
  const missing = events.includes('*') ? [] : EVENTS.filter((event) => !events.includes(event))
  if (missing.length > 0) {
    const options = EVENTS.map(words.eventOption).join(' ')
    return wrong(words.untold(missing.join(' and ')), words.eventsMend(fullName, hook.id, options))
  }
  if (String(config.insecure_ssl ?? '0') !== '0')
    return warning(name, 'webhook_wrong', words.unverified, words.verifyMend(fullName, hook.id))
  return undefined
}

/** What became of the last delivery; `page` is where a person looks at it. */
export function lastDelivery(name: string, deliveries: Delivery[], page: string): Check {
  const [last] = deliveries
  if (last === undefined) return ok(name, words.undelivered)
  const { event, status_code: code } = last
  if (code >= 200 && code < 300) return ok(name, words.answered(event, code))
  if (code === 401)
    return failed(name, 'webhook_unanswered', words.otherSecret(event), words.secretMend(page))
  const says = code === 0 ? words.notArrived(event, last.status) : words.refused(event, code)
  return failed(name, 'webhook_unanswered', says, words.refusedMend(page))
}

/** Never the query or a password in it. */
function pathOf(address = ''): string {
  try {
    const { host, pathname } = new URL(address)
    return `${host}${pathname.replace(/\/$/, '')}`
  } catch {
    return ''
  }
}
