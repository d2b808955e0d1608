import { log } from '../shared/log.ts'
import { isFinal, type MergeRecord } from '../shared/merge-record.ts'
import { acceptMerge } from './accept-merge.ts'
import { claimOf } from './missed.ts'
import type { Workshop } from './workshop.ts'

/** A merge in error is tried again after this, doubled with every attempt, at last every hour, in ms. */
const BACKOFF_MS = 30_000
const LONGEST_MS = 3_600_000

/**
 * Takes up every merge of the ledger that is not finished and that this process does not work on: it waits for
 * something that was down, or was interrupted. Oldest first. Gives what was started, as `owner/repo sha`.
 */
export async function takeUp(shop: Workshop): Promise<string[]> {
  const open: MergeRecord[] = []
  for (const repositoryId of await shop.ledger.repositoryIds()) {
    for (const sha of await shop.ledger.mergeShas(repositoryId)) {
      const merge = { repositoryId, sha }
      if (shop.works.settled(merge) || shop.works.find(merge)) continue
      const record = await shop.ledger.merge(repositoryId, sha)
      if (record && isFinal(record)) shop.works.settle(merge)
      else if (record && due(record, shop.now())) open.push(record)
    }
  }
  // Those in `publishing` first: they are only rolled forward, before any other merge of their repository.
  const rank = (record: MergeRecord) =>
    record.state === 'publishing' ? 0 : (record.time ?? Date.parse(record.queued))
  for (const record of open.sort((a, b) => rank(a) - rank(b))) {
    const { repositoryId, repository, sha } = record
    await acceptMerge(shop, claimOf(repositoryId, repository, record), record.head).catch((error: unknown) =>
      log('take_up_failed', { repository, sha, error }),
    )
  }
  return open.map((record) => `${record.repository} ${record.sha}`)
}

/** A claim that GitHub did not confirm is for the next claim to take up. */
function due(record: MergeRecord, now: number): boolean {
  if (record.state === 'failed') return false
  if (record.state !== 'error') return true
  return now >= Date.parse(record.finished ?? '') + Math.min(BACKOFF_MS * 2 ** record.attempt, LONGEST_MS)
}
