import { failed, ok } from '../../shared/check.ts'
import * as words from '../words/doctor.ts'
import { ask, whyNot } from './ask.ts'
import type { Look } from './examine.ts'

const NAME = 'gateway from build'

/** Whether build reaches the gateway, which it tells the badge by. */
export const checkGateway: Look = async ({ config: { gatewayUrl } }, signal) => {
  try {
    const { status } = await ask({ url: `${gatewayUrl}/healthz` }, signal)
    if (status === 200) return ok(NAME, words.answers(gatewayUrl))
    return failed(NAME, 'gateway_down', words.answersWith(`${gatewayUrl}/healthz`, status))
  } catch (error) {
    return failed(NAME, 'gateway_down', words.silent(gatewayUrl, whyNot(error)))
  }
}
