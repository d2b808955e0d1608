import { type Check, skipped } from '../../shared/check.ts'
import { Failure } from '../../shared/failure.ts'
import * as words from '../words/hooks.ts'
import type { Workshop } from '../workshop.ts'
import type { Get } from './github.ts'
import { type Delivery, type Hook, isOurs, judgeHook, noHook } from './hook.ts'

/** Whether GitHub has a webhook that leads here, as it should be, and how its last delivery went. */
export async function checkWebhook(
  { config }: Workshop,
  get: Get,
  fullName: string,
  signedIn: boolean,
): Promise<Check> {
  const name = `webhook ${fullName}`
  const blind = skipped(name, words.unseen)
  if (!signedIn) return blind
  const path = `/repos/${fullName}/hooks`
  const hooks = await listed<Hook>(get, `${path}?per_page=100`)
  if (hooks === undefined) return blind
  const page = `${config.githubUrl}/${fullName}/settings/hooks`
  const hook = hooks.find((one) => isOurs(one) && one.active) ?? hooks.find(isOurs)
  if (hook === undefined) return noHook(name, hooks, page)
  const deliveries = await listed<Delivery>(get, `${path}/${hook.id}/deliveries?per_page=10`)
  return judgeHook(name, hook, deliveries ?? [], { fullName, page: `${page}/${hook.id}` })
}

/** Undefined where the token may not see it. */
async function listed<T>(get: Get, path: string): Promise<T[] | undefined> {
  try {
    const answer = await get(path)
    const value: unknown = answer && JSON.parse(String(answer.data))
    return Array.isArray(value) ? (value as T[]) : undefined
  } catch (error) {
    if (error instanceof Failure && error.code === 'github_refused') return undefined
    throw error
  }
}
