import { isPublished } from '../shared/build-record.ts'
import { toFailure } from '../shared/failure.ts'
import { log } from '../shared/log.ts'
import type { MergedService, MergeRecord } from '../shared/merge-record.ts'
import { conclude } from './publish.ts'
import type { Work } from './works.ts'
import type { Workshop } from './workshop.ts'

/**
 * Whether a merge ends because nobody wants it any more: the operator says so, or a newer one supersedes it. What is
 * being published is never taken back.
 */
export function isCancelled({ cancelled, record }: Work): boolean {
  // A claim that GitHub has not confirmed is no merge: the next claim would take it up all the same.
  return cancelled.aborted && record.time !== undefined && record.state !== 'publishing'
}

/** How a merge ends that is cancelled outside of its builds, with what earlier attempts have left of its services. */
export async function cancelled(shop: Workshop, work: Work): Promise<MergeRecord> {
  const { code, state, message: reason } = toFailure(work.cancelled.reason)
  const { sha } = work.record
  const services = work.record.services.map(
    (service): MergedService => (isPublished(service) ? service : { ...service, state, reason }),
  )
  for (const service of services)
    await conclude(shop, service).catch((error: unknown) => log('ledger_failed', { merge: sha, error }))
  const finished = new Date(shop.now()).toISOString()
  return { ...work.record, state, code, reason, services, finished }
}
