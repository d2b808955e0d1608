import axios from 'axios'
import { log } from '../shared/log.ts'
import type { Secrets } from '../shared/secrets.ts'
import { sign } from '../shared/signature.ts'

/**
 * A signed word to badge, by the queue: forget what you cached of these services. Only a hint: what the badge
 * shows comes from the ledger and the registry, at the latest when its cache has run out.
 */
export function badgeTeller(
  gatewayUrl: string,
  secrets: Secrets,
  told: (result: 'accepted' | 'refused') => void,
) {
  return async (services: string[]): Promise<void> => {
    try {
      const body = JSON.stringify({ services })
      const [secret] = await secrets.rotating('payload-secret')
      const headers = { 'content-type': 'application/json', 'x-hub-signature-256': sign(secret, body) }
      await axios.post(`${gatewayUrl}/async-function/badge`, body, { headers, timeout: 4_000, proxy: false })
      told('accepted')
    } catch (error) {
      told('refused')
      log('badge_not_told', { services, reason: (error as Error).message })
    }
  }
}
