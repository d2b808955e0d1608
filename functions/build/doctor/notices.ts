import { type Check, failed, ok, warning } from '../../shared/check.ts'
import { type Receiver, receiversIn } from '../receivers.ts'
import { keyOf } from '../standard-webhook.ts'
import * as words from '../words/doctor.ts'
import * as notices from '../words/notices.ts'
import { ask, whyNot } from './ask.ts'
import type { Look } from './examine.ts'

const NAME = 'notices'

/** Whether the receivers of notices can be reached and what is sent to them can be signed; no line where there are none. */
export const checkNotices: Look = async ({ secrets }, signal) => {
  const { receivers, wrong } = await receiversIn(secrets)
  const lines = wrong.map((line) => failed(NAME, 'notify_urls', words.wrongLine(line)))
  if (receivers.length === 0) return lines
  if ((await secrets.find('notify-secret')) === undefined)
    return [...lines, warning(NAME, 'notify_secret', words.nobodySigns)]
  try {
    for (const secret of await secrets.rotating('notify-secret')) keyOf(secret)
  } catch (error) {
    return [...lines, failed(NAME, 'notify_secret', (error as Error).message)]
  }
  return [...lines, ...(await Promise.all(receivers.map((receiver) => reach(receiver, signal))))]
}

/** Asks for nothing but a status: a POST would be a notice, and is read by people. */
async function reach({ url, name }: Receiver, signal: AbortSignal): Promise<Check> {
  try {
    const { status } = await ask({ method: 'HEAD', url }, signal)
    const moved = status >= 300 && status < 400
    return moved ? warning(NAME, 'notify_urls', notices.redirects(name)) : ok(NAME, words.answers(name))
  } catch (error) {
    return failed(NAME, 'notify_down', words.silent(name, whyNot(error)))
  }
}
