import { ask, whyNoAnswer } from '../faasd/watch/ask.ts'
import { type Check, failed, ok } from '../functions/shared/check.ts'
import type { Place } from './place.ts'

const LIMIT_MS = 5_000

/** Whether the gateway answers, and says that it is well. */
export async function lookAtGateway({ gateway }: Place): Promise<Check> {
  try {
    const { status } = await ask(`${gateway}/healthz`, { limitMs: LIMIT_MS })
    if (status === 200) return ok('gateway', `${gateway} is well`)
    // The embedded one says so while a function does not listen: what is behind it can be asked all the same.
    if (status === 503) return ok('gateway', `${gateway} answers; not all functions listen`)
    return failed('gateway', 'gateway_down', `${gateway}/healthz answers ${status}`)
  } catch (error) {
    return failed('gateway', 'gateway_down', `${gateway} ${whyNoAnswer(error, LIMIT_MS)}`)
  }
}
