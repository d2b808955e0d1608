import { FUNCTIONS } from '../faasd/stack.ts'
import { ask, whyNoAnswer } from '../faasd/watch/ask.ts'
import { type Check, failed, ok, skipped } from '../functions/shared/check.ts'
import type { Place } from './place.ts'

const NAME = 'functions'
const LIMIT_MS = 5_000

/** Whether the three functions are deployed and ready. */
export async function lookAtFunctions({ gateway, password }: Place): Promise<Check> {
  if (password === undefined) return skipped(NAME, 'basic-auth-password is not in the folder of secrets')
  const auth = `admin:${password}`
  try {
    const { status, body } = await ask(`${gateway}/system/functions`, { auth, limitMs: LIMIT_MS })
    if (status === 200) return judge(JSON.parse(body) as Deployed[])
    return failed(NAME, 'functions_down', `the gateway answers ${status} to its password`)
  } catch (error) {
    return failed(NAME, 'functions_down', `the gateway ${whyNoAnswer(error, LIMIT_MS)}`)
  }
}

type Deployed = { name: string; availableReplicas?: number }

function judge(deployed: Deployed[]): Check {
  const of = (name: string) => deployed.find((one) => one.name === name)
  const missing = FUNCTIONS.filter((name) => of(name) === undefined)
  if (missing.length > 0) return failed(NAME, 'functions_down', `not deployed: ${missing.join(', ')}`)
  const unready = FUNCTIONS.filter((name) => !of(name)?.availableReplicas)
  if (unready.length > 0) return failed(NAME, 'functions_down', `not ready: ${unready.join(', ')}`)
  return ok(NAME, `${FUNCTIONS.join(', ')} are deployed and ready`)
}
