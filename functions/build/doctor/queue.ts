import { randomBytes } from 'node:crypto'
import { failed, ok } from '../../shared/check.ts'
import { Failure } from '../../shared/failure.ts'
import { sign } from '../../shared/signature.ts'
import * as words from '../words/doctor.ts'
import type { Workshop } from '../workshop.ts'
import { ask, whyNot } from './ask.ts'
import type { Look } from './examine.ts'
import type { Heard } from './heard.ts'

const NAME = 'queue'
const PATIENCE_MS = 5_000

/** Sends build itself a word through the queue: that the gateway takes it (202) proves nothing. */
export const checkQueue: Look = async (shop, _signal, heard: Heard) => {
  const nonce = randomBytes(16).toString('hex')
  const started = shop.uptime()
  const patience = AbortSignal.timeout(PATIENCE_MS)
  try {
    await heard.word(nonce, patience, () => enqueue(shop, nonce, patience))
    return ok(NAME, words.queueGood(Math.round(shop.uptime() - started)))
  } catch (error) {
    const says = patience.aborted
      ? words.queueDead(PATIENCE_MS / 1000)
      : error instanceof Failure
        ? error.message
        : words.queueUnreached(whyNot(error))
    return failed(NAME, 'queue_down', says)
  }
}

async function enqueue({ config, secrets }: Workshop, nonce: string, signal: AbortSignal): Promise<void> {
  const body = JSON.stringify({ doctor: nonce })
  const [secret] = await secrets.rotating('payload-secret')
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': sign(secret, body) }
  const url = `${config.gatewayUrl}/async-function/build`
  const { status } = await ask({ method: 'POST', url, headers, body }, signal)
  if (status !== 202) throw new Failure('queue_down', words.queueRefuses(status))
}
