import type { MergeRequest } from '../shared/build-request.ts'
import { postSigned } from '../shared/post-signed.ts'
import type { Secrets } from '../shared/secrets.ts'
import * as words from './words.ts'

export type Refusal = { status: number; message: string }

/** build answers within a second, but may have to wait for the registry, in ms. */
const DEADLINE_MS = 8_000

/** Asks build for a merge, signed, and not by the queue: whoever asks waits for the answer. Undefined: it was taken. */
export async function askBuild(
  gatewayUrl: string,
  secrets: Secrets,
  request: MergeRequest,
): Promise<Refusal | undefined> {
  const body = JSON.stringify(request)
  const [secret] = await secrets.rotating('payload-secret')
  try {
    const { status, data } = await postSigned(`${gatewayUrl}/function/build`, body, secret, DEADLINE_MS)
    if (status === 202) return undefined
    const { message } = (data ?? {}) as { message?: unknown }
    const said = typeof message === 'string' ? message : words.buildAnswered(status)
    return { status: status >= 400 ? status : 502, message: said }
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    return { status: 502, message: words.buildDown(code ?? message) }
  }
}
