import { bodyOf, callHttp, jsonOf } from '../shared/http-call.ts'
import type { Secrets } from '../shared/secrets.ts'
import { sign, signedGet } from '../shared/signature.ts'
import * as words from './words.ts'

/** A piece of the log of a build that is going on now, at most 1 MB, and the byte after it. */
export type LivePiece = { text: string; next: number }

/** What build says from byte `from` on; 'nothing' when nobody works on it, else the reason why build does not tell. */
export type LiveLog = (
  service: string,
  id: string,
  from: number,
) => Promise<LivePiece | 'nothing' | { silent: string }>

const DEADLINE_MS = 5_000
const ANSWER_LIMIT = 64 * 1024 * 1024

/** Asks build, which holds what is live. */
export function liveLogAt(gatewayUrl: string, secrets: Secrets): LiveLog {
  return async (service, id, from) => {
    const path = `/${service}/${id}`
    const query = `from=${from}`
    const [secret] = await secrets.rotating('payload-secret')
    try {
      const answer = await callHttp(`${gatewayUrl}/function/build${path}?${query}`, {
        method: 'GET',
        headers: { 'X-Hub-Signature-256': sign(secret, signedGet(path, query)) },
        signal: AbortSignal.timeout(DEADLINE_MS),
      })
      const { statusCode: status = 0 } = answer
      const body = await bodyOf(answer, ANSWER_LIMIT)
      if (status === 404) return 'nothing'
      const { log: text, next } = (jsonOf(body) ?? {}) as { log?: unknown; next?: unknown }
      return status === 200 && typeof text === 'string' && typeof next === 'number'
        ? { text, next }
        : { silent: words.status(status) }
    } catch (error) {
      const { code, message } = error as { code?: string; message: string }
      return { silent: code ?? message }
    }
  }
}

/** build gives this much at once where there is more, in bytes but for the rest of a character. */
const FULL_PIECE = 1024 * 1024 - 4

/** Pieces from byte `from` on until there is no more; the last one may be 'nothing' or silence. */
export async function* livePieces(live: LiveLog, service: string, id: string, from = 0) {
  for (let at = from; ; ) {
    const piece = await live(service, id, at)
    yield piece
    if (piece === 'nothing' || 'silent' in piece || piece.next - at < FULL_PIECE) return
    at = piece.next
  }
}
