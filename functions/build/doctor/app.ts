import { type Check, failed, ok, warning } from '../../shared/check.ts'
import { Failure } from '../../shared/failure.ts'
import type { App } from '../github-app.ts'
import * as words from '../words/doctor.ts'
import type { Workshop } from '../workshop.ts'
import { type Delivery, type Hook, isOurs, lastDelivery } from './hook.ts'

const NAME = 'github app'
const NEEDED = { contents: 'read', pull_requests: 'read', statuses: 'write' }

type Facts = { slug?: string; permissions?: Record<string, string> }

/** Whether GitHub knows the App by its key, and the App may do what we ask; no line where there is none. */
export async function checkApp({ access: { app }, secrets }: Workshop): Promise<Check[]> {
  if (app === undefined) {
    const alone = (await secrets.find('github-app-key')) !== undefined
    return alone ? [warning(NAME, 'github_app', words.appNameless)] : []
  }
  try {
    const found = await app.ask<Facts>('/app', isObject)
    const { slug = '', permissions = {} } = found?.value ?? {}
    const lacking = Object.entries(NEEDED)
      .filter(([name, level]) => !['write', level].includes(permissions[name] ?? ''))
      .map(([name, level]) => words.permission(name, level))
    if (lacking.length > 0)
      return [warning(NAME, 'github_app', words.appLacks(lacking.join(', ')), words.appMend)]
    return [ok(NAME, words.appGood(slug, app.id))]
  } catch (error) {
    if (!(error instanceof Failure) || !['github_refused', 'secret_missing'].includes(error.code)) throw error
    return [failed(NAME, 'github_app', error.message)]
  }
}

/** How the App's own webhook does; undefined where it does not lead here, and each repository needs one. */
export async function checkAppHook(app: App): Promise<Check | undefined> {
  const config = await app.ask<Hook['config']>('/app/hook/config', isObject)
  if (config === undefined || !isOurs({ config: config.value })) return undefined
  const deliveries = await app.ask<Delivery[]>('/app/hook/deliveries?per_page=10', Array.isArray)
  return lastDelivery('webhook of the app', deliveries?.value ?? [], words.appSettings)
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
