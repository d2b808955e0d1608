import { ask, whyNoAnswer } from '../faasd/watch/ask.ts'
import { type Check, failed } from '../functions/shared/check.ts'
import { sign, signedGet } from '../functions/shared/signature.ts'
import type { Place } from './place.ts'
import { signingSecret } from './secret.ts'

const NAME = 'build'
const PATH = '/_/doctor'
/** build answers after 10 s at the latest, whatever hangs. */
const LIMIT_MS = 30_000

/** What build sees from where it stands: its own signed route. */
export async function lookThroughBuild({ gateway, secrets }: Place): Promise<Check[]> {
  const secret = signingSecret(secrets, 'payload-secret')
  if (secret === undefined)
    return [failed(NAME, 'secret_missing', `payload-secret is missing or empty in ${secrets}`)]
  const headers = { 'X-Hub-Signature-256': sign(secret, signedGet(PATH, '')) }
  try {
    const { status, body } = await ask(`${gateway}/function/build${PATH}`, { headers, limitMs: LIMIT_MS })
    return status === 200 ? (JSON.parse(body) as { checks: Check[] }).checks : [unusable(status, body)]
  } catch (error) {
    const how = whyNoAnswer(error, LIMIT_MS)
    return [failed(NAME, 'build_down', `the build function ${how}: what it sees is not known`)]
  }
}

function unusable(status: number, body: string): Check {
  if (status === 401)
    return failed(NAME, 'secrets_differ', 'the build function has another payload-secret than this folder')
  if (status === 503 && body.includes('secret_missing'))
    return failed(NAME, 'secret_missing', 'the build function has no payload-secret')
  if (body.includes('"not_found"'))
    return failed(NAME, 'build_down', 'the build function is older than this doctor: deploy it again')
  return failed(NAME, 'build_down', `the build function answers ${status}: what it sees is not known`)
}
