import { failed, ok } from '../../shared/check.ts'
import { sign } from '../../shared/signature.ts'
import * as words from '../words/doctor.ts'
import type { Workshop } from '../workshop.ts'
import { ask, whyNot } from './ask.ts'
import type { Look } from './examine.ts'

const NAME = 'badge'
/** A service that nobody has. */
const NOBODY = 'artefacto-doctor'

/** Whether badge shows a badge, reaches the registry and takes our signature. */
export const checkBadge: Look = async (shop, signal) => {
  try {
    const url = `${shop.config.gatewayUrl}/function/badge`
    const image = await ask({ url: `${url}/${NOBODY}.svg` }, signal)
    if (image.status !== 200 || !image.type.startsWith('image/svg'))
      return failed(NAME, 'badge_down', words.noBadge(image.status))
    const { data } = await ask({ url: `${url}/${NOBODY}.json` }, signal)
    if ((data as { message?: unknown }).message === 'unreachable')
      return failed(NAME, 'registry_down', words.badgeUnreached)
    if ((await hint(shop, url, signal)) === 401) return failed(NAME, 'secrets_differ', words.badgeSecret)
    return ok(NAME, words.badgeGood)
  } catch (error) {
    return failed(NAME, 'badge_down', words.silent(words.badge, whyNot(error)))
  }
}

/** The status that badge answers to a signed word about nobody. */
async function hint({ secrets }: Workshop, url: string, signal: AbortSignal): Promise<number> {
  const body = JSON.stringify({ services: [NOBODY] })
  const [secret] = await secrets.rotating('payload-secret')
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': sign(secret, body) }
  return (await ask({ method: 'POST', url, headers, body }, signal)).status
}
