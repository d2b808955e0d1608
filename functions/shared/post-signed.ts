import { bodyOf, callHttp, jsonOf } from './http-call.ts'
import { sign } from './signature.ts'

const ANSWER_LIMIT = 64 * 1024

/**
 * Posts JSON to a function by the gateway, signed with `secret`. Gives status and value of whatever answers within
 * `deadline` ms, and rejects where nobody does.
 */
export async function postSigned(
  url: string,
  body: Buffer | string,
  secret: string,
  deadline: number,
): Promise<{ status: number; data: unknown }> {
  const headers = { 'Content-Type': 'application/json', 'X-Hub-Signature-256': sign(secret, body) }
  const signal = AbortSignal.timeout(deadline)
  const answer = await callHttp(url, { method: 'POST', headers, body, signal })
  return { status: answer.statusCode ?? 0, data: jsonOf(await bodyOf(answer, ANSWER_LIMIT)) }
}
