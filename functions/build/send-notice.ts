import { callHttp } from '../shared/http-call.ts'
import type { Secrets } from '../shared/secrets.ts'
import type { Notice } from './notice.ts'
import type { Receiver } from './receivers.ts'
import { standardWebhook } from './standard-webhook.ts'
import * as words from './words/notices.ts'

/** The receiver wants no more of this, ever: Standard Webhooks gives HTTP 410 that meaning. */
export class Gone extends Error {
  override readonly name = 'Gone'
}

type How = { secrets: Secrets; now: () => number; deadlineMs: number }

/** Posts a notice, signed. What is not taken is an Error with a sentence that holds nothing of the URL but its host. */
export async function sendNotice(
  { url, name }: Receiver,
  notice: Notice,
  { secrets, now, deadlineMs }: How,
): Promise<void> {
  const signed = standardWebhook(await secrets.rotating('notify-secret'), notice, now())
  const status = await post(url, notice.body, signed, deadlineMs).catch((error: unknown) => {
    const { code, message } = error as { code?: string; message?: string }
    const late = code === 'ABORT_ERR' && words.noAnswerWithin(deadlineMs / 1000)
    throw new Error(words.silent(name, late || String(code ?? message)))
  })
  if (status === 410) throw new Gone(words.gone(name))
  if (status >= 300 && status < 400) throw new Error(words.redirects(name))
  if (status < 200 || status >= 400) throw new Error(words.answered(name, status))
}

async function post(
  url: string,
  body: string,
  signed: Record<string, string>,
  deadlineMs: number,
): Promise<number> {
  const headers = {
    ...signed,
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'user-agent': 'artefacto',
  }
  const signal = AbortSignal.timeout(deadlineMs)
  const answer = await callHttp(url, { method: 'POST', headers, body, signal })
  // Whatever it says, its status says whether it was taken.
  answer.destroy()
  return answer.statusCode ?? 0
}
