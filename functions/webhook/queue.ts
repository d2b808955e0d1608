import type { CheckRequest, MergeRequest } from '../shared/build-request.ts'
import { Failure } from '../shared/failure.ts'
import { log } from '../shared/log.ts'
import { postSigned } from '../shared/post-signed.ts'
import * as words from './words.ts'

/** Hands a merge or a check to build, signed with `secret`; a Failure `queue_down` when nobody took it. */
export type Enqueue = (request: MergeRequest | CheckRequest, secret: string) => Promise<void>

/** GitHub waits 10 s for an answer: two tries of 4 s fit. */
const DEADLINE_MS = 4_000

/** Through the gateway's queue, or straight to build where the queue refuses or does not answer. */
export function enqueueAt(gatewayUrl: string): Enqueue {
  return async (request, secret) => {
    const body = Buffer.from(JSON.stringify(request))
    const queued = await post(`${gatewayUrl}/async-function/build`, body, secret)
    if (queued === 'taken') return
    log('queue_refused', { merge: request.sha, reason: queued })
    const called = await post(`${gatewayUrl}/function/build`, body, secret)
    if (called === 'taken') return
    log('build_refused', { merge: request.sha, reason: called })
    throw new Failure('queue_down')
  }
}

/** `taken`, or why not. */
async function post(url: string, body: Buffer, secret: string): Promise<string> {
  try {
    const { status } = await postSigned(url, body, secret, DEADLINE_MS)
    return status >= 200 && status < 300 ? 'taken' : words.status(status)
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    return code === 'ABORT_ERR' ? words.noAnswerIn(DEADLINE_MS / 1000) : (code ?? message)
  }
}
