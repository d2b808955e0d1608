import { type MergeRecord, mergeAnnotations } from '../shared/merge-record.ts'
import * as places from './words/places.ts'
import type { Work } from './works.ts'
import type { Workshop } from './workshop.ts'

/** Another process has written the merge's record after this one: it works on the merge now, and this one stops. */
export class OtherProcess extends Error {
  override readonly name = 'OtherProcess'
}

/**
 * Writes a merge's record, unless another process has written since this one did (an OtherProcess then). One replica
 * is the rule; two meet while one is deployed over the other. No registry has a create-only PUT, so between the look
 * and the PUT there is a moment in which both write; the next write of either ends it.
 */
export async function writeMerge(shop: Workshop, work: Work, record: MergeRecord): Promise<void> {
  if (sameRecord(record, work.written)) return
  await shop.ledger.writeMerge(record, (found) => {
    isOurs(work, found)
    work.writing = record
  })
  work.written = record
}

/** Throws OtherProcess where the record in the ledger is not the one that this process has written last. */
export async function mustBeOurs(shop: Workshop, work: Work): Promise<void> {
  const { repositoryId, sha } = work.record
  isOurs(work, await shop.ledger.merge(repositoryId, sha))
}

function isOurs({ record, written, writing }: Work, found: MergeRecord | undefined): void {
  // A write whose answer was lost may have been done all the same.
  if (found === undefined || sameRecord(found, written) || sameRecord(found, writing)) return
  throw new OtherProcess(places.otherProcess(record.sha))
}

/** Whether two records would be the same bytes in the ledger. */
export function sameRecord(one: MergeRecord, other: MergeRecord | undefined): boolean {
  return (
    other !== undefined && JSON.stringify(mergeAnnotations(one)) === JSON.stringify(mergeAnnotations(other))
  )
}
