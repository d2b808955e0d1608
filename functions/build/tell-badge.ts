import { log } from '../shared/log.ts'
import type { MergeRecord } from '../shared/merge-record.ts'
import { postSigned } from '../shared/post-signed.ts'
import type { Secrets } from '../shared/secrets.ts'

const DEADLINE_MS = 4_000

/** The services whose badges a merge may have changed. */
export function toldOf({ known, services }: MergeRecord): string[] {
  return [...new Set([...known, ...services.map((service) => service.name)])]
}

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
      const { status } = await postSigned(`${gatewayUrl}/async-function/badge`, body, secret, DEADLINE_MS)
      told(status < 300 ? 'accepted' : 'refused')
    } catch (error) {
      told('refused')
      log('badge_not_told', { services, reason: (error as Error).message })
    }
  }
}
