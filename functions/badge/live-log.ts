import type { Secrets } from '../shared/secrets.ts'
import { sign, signedGet } from '../shared/signature.ts'

/** The log of a build that is going on now; undefined when nobody works on it. */
export type LiveLog = (service: string, id: string) => Promise<string | undefined>

const DEADLINE_MS = 5_000

/** Asks build, which holds what is live in its memory. */
export function liveLogAt(gatewayUrl: string, secrets: Secrets): LiveLog {
  return async (service, id) => {
    const path = `/${service}/${id}`
    const query = 'from=0'
    const [secret] = await secrets.rotating('payload-secret')
    const { default: axios } = await import('axios')
    try {
      const { status, data } = await axios.get<unknown>(`${gatewayUrl}/function/build${path}?${query}`, {
        headers: { 'X-Hub-Signature-256': sign(secret, signedGet(path, query)) },
        maxRedirects: 0,
        proxy: false,
        signal: AbortSignal.timeout(DEADLINE_MS),
        validateStatus: () => true,
        maxContentLength: 64 * 1024 * 1024,
      })
      if (status === 404) return undefined
      const { log } = (data ?? {}) as { log?: unknown }
      return status === 200 && typeof log === 'string' ? log : silent(`HTTP ${status}`)
    } catch (error) {
      const { code, message } = error as { code?: string; message: string }
      return silent(code ?? message)
    }
  }
}

function silent(reason: string): string {
  return `(build does not tell what goes on now: ${reason})\n`
}
