import { log } from '../shared/log.ts'
import { isFinal, type MergeRecord } from '../shared/merge-record.ts'
import { acceptMerge } from './accept-merge.ts'
import { openBackoff } from './backoff.ts'
import { lead } from './lead.ts'
import { claimOf } from './missed.ts'
import type { Workshop } from './workshop.ts'

/** Merges that ended this long ago, in ms, are told to GitHub once more by a process that did not end them. */
const TOLD_AGAIN_MS = 3_600_000

const rested = openBackoff()

/**
 * Takes up every merge of the ledger that is not finished and that this process does not work on: it waits for
 * something that was down, or was interrupted. Oldest first. Gives what was started, as `owner/repo sha`.
 */
export async function takeUp(shop: Workshop): Promise<string[]> {
  const open: MergeRecord[] = []
  const waiting: MergeRecord[] = []
  for (const repositoryId of await shop.ledger.repositoryIds()) {
    const over: MergeRecord[] = []
    const merges = (await shop.ledger.mergeShas(repositoryId)).map((sha) => ({ repositoryId, sha }))
    const unknown = merges.filter((merge) => !shop.works.settled(merge) && !shop.works.find(merge))
    const shas = unknown.map(({ sha }) => sha)
    for (const record of await shop.ledger.readMerges(repositoryId, shas)) {
      if (!isFinal(record) && record.state !== 'failed') waiting.push(record)
      if (shop.works.isLeft(record, shop.uptime())) continue
      if (isFinal(record)) over.push(record)
      else if (due(shop, record)) open.push(record)
    }
    await lead(
      shop,
      over.sort((a, b) => (a.time ?? 0) - (b.time ?? 0)),
    )
    // Not before: whoever finds them settled goes by `newest`.
    for (const record of over) {
      // A process may have died between the last record and its word to GitHub, which says `pending` since.
      if (shop.now() - Date.parse(record.finished ?? '') < TOLD_AGAIN_MS) shop.statuses.tell(record)
      shop.notices.tell(record)
      shop.works.settle(record)
    }
  }
  shop.metrics.waiting(waiting)
  // Those in `publishing` first: they are only rolled forward, before any other merge of their repository.
  const rank = (record: MergeRecord) =>
    record.state === 'publishing' ? 0 : (record.time ?? Date.parse(record.queued))
  for (const record of open.sort((a, b) => rank(a) - rank(b))) {
    const { repositoryId, repository, sha } = record
    await acceptMerge(shop, claimOf({ repositoryId, repository }, record), record.head).catch(
      (error: unknown) => log('take_up_failed', { repository, sha, error }),
    )
  }
  return open.map((record) => `${record.repository} ${record.sha}`)
}

/** A claim that GitHub did not confirm is for the next claim to take up. */
function due(shop: Workshop, record: MergeRecord): boolean {
  if (record.state === 'failed') return false
  return record.state !== 'error' || rested(record, shop.now(), shop.uptime())
}
