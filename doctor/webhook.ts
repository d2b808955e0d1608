import { ask, whyNoAnswer } from '../faasd/watch/ask.ts'
import { type Check, failed, ok, skipped } from '../functions/shared/check.ts'
import { sign } from '../functions/shared/signature.ts'
import type { Place } from './place.ts'
import { signingSecret } from './secret.ts'

const NAME = 'webhook'
const LIMIT_MS = 5_000

/** Pings the webhook function as GitHub does. */
export async function lookAtWebhook({ gateway, secrets }: Place): Promise<Check> {
  const secret = signingSecret(secrets, 'webhook-secret')
  if (secret === undefined) return skipped(NAME, 'webhook-secret is not in the folder of secrets')
  const body = '{"zen":"the doctor looks"}'
  const headers = {
    'Content-Type': 'application/json',
    'X-GitHub-Event': 'ping',
    'X-Hub-Signature-256': sign(secret, body),
  }
  try {
    const url = `${gateway}/function/webhook`
    const { status } = await ask(url, { method: 'POST', headers, body, limitMs: LIMIT_MS })
    if (status === 200) return ok(NAME, 'answers a ping signed with webhook-secret')
    if (status === 401)
      return failed(
        NAME,
        'secrets_differ',
        'the webhook function has another webhook-secret than this folder',
      )
    return failed(NAME, 'webhook_down', `the webhook function answers ${status} to a ping`)
  } catch (error) {
    return failed(NAME, 'webhook_down', `the webhook function ${whyNoAnswer(error, LIMIT_MS)}`)
  }
}
