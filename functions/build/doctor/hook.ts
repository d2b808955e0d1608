import { type Check, failed, ok, warning } from '../../shared/check.ts'

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
export function isOurs({ config }: Hook): boolean {
  return pathOf(config.url).endsWith('/function/webhook')
}

export function noHook(name: string, hooks: Hook[], page: string): Check {
  const mend = `${page}/new, as in README, "Connect GitHub"`
  if (hooks.length === 0) return failed(name, 'webhook_missing', 'there is none', mend)
  const says = `none leads to …/function/webhook; the first leads to ${pathOf(hooks[0]?.config.url) || 'nowhere'}`
  return failed(name, 'webhook_missing', says, `${page}: the Payload URL ends in /function/webhook`)
}

/** What is wrong with a hook that leads here: its settings first, then what became of its last delivery. */
export function judgeHook(name: string, hook: Hook, deliveries: Delivery[], where: Where): Check {
  return wrongSetting(name, hook, where) ?? lastDelivery(name, deliveries, where)
}

function wrongSetting(name: string, hook: Hook, { fullName, page }: Where): Check | undefined {
  const { config, events } = hook
  const patch = (more: string) => `gh api --method PATCH repos/${fullName}/hooks/${hook.id}${more}`
  const wrong = (says: string, mend: string) => failed(name, 'webhook_wrong', says, mend)
  if (!hook.active) return wrong('it is not active', patch(' -F active=true'))
  if (config.content_type !== 'json')
    return wrong('its content type is not application/json', patch('/config -f content_type=json'))
  // GitHub shows it as asterisks.
  if (!config.secret)
    return wrong('it has no secret', `${page}: the Secret is the first line of webhook-secret`)
  const missing = events.includes('*') ? [] : EVENTS.filter((event) => !events.includes(event))
  if (missing.length > 0) {
    const add = EVENTS.map((event) => ` -f 'events[]=${event}'`).join('')
    return wrong(`it does not tell of ${missing.join(' and ')}`, patch(add))
  }
  if (String(config.insecure_ssl ?? '0') !== '0')
    return warning(name, 'webhook_wrong', 'its SSL verification is off', patch('/config -f insecure_ssl=0'))
  return undefined
}

function lastDelivery(name: string, deliveries: Delivery[], { page }: Where): Check {
  const [last] = deliveries
  if (last === undefined) return ok(name, 'is set up; nothing was delivered yet')
  const { status_code: code } = last
  if (code >= 200 && code < 300)
    return ok(name, `is set up; the last delivery (${last.event}) was answered ${code}`)
  const sent = `its last delivery (${last.event})`
  if (code === 401)
    return failed(
      name,
      'webhook_unanswered',
      `${sent} was refused with 401: GitHub has another secret`,
      `${page}: the Secret is the first line of webhook-secret`,
    )
  const how = code === 0 ? `did not arrive (${last.status})` : `was answered ${code}`
  const advice = `${page}: the answer stands below Recent Deliveries; then Redeliver`
  return failed(name, 'webhook_unanswered', `${sent} ${how}`, advice)
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
