import type { MergeRequest } from '../shared/build-request.ts'
import { Failure } from '../shared/failure.ts'
import { json, type Reply } from '../shared/http.ts'
import { isFinal, type MergeRecord } from '../shared/merge-record.ts'
import { acceptMerge } from './accept-merge.ts'
import * as answers from './words/answers.ts'
import type { Workshop } from './workshop.ts'

/**
 * The operator wants a merge no more: what it builds is stopped, nothing of it is published, and it ends as failed. One
 * that waits, because something is down or until it is tried again, is taken up for its end alone.
 */
export async function cancelMerge(shop: Workshop, { cancel: _, ...request }: MergeRequest): Promise<Reply> {
  const { repository, repository_id: repositoryId, sha } = request
  const merge = `${repository} ${sha}`
  const ending = shop.works.find({ repositoryId, sha })
  // Its end stands in the ledger: that is what can be cancelled, or not any more.
  if (ending?.writing?.finished !== undefined) await ending.done
  if (!shop.works.find({ repositoryId, sha })) {
    const record = await shop.ledger.merge(repositoryId, sha)
    if (record === undefined) throw new Failure('not_found', answers.noMerge(merge))
    mustBeOpen(record)
    if (record.time === undefined) throw new Failure('too_late', answers.unconfirmed)
    await acceptMerge(shop, request)
  }
  const work = shop.works.find({ repositoryId, sha })
  if (work === undefined) return cancelMerge(shop, request)
  mustBeOpen(work.record)
  work.cancel(new Failure('cancelled'))
  return json(202, { accepted: answers.cancelling(merge), record: `merges/${repositoryId}:${sha}` })
}

function mustBeOpen(record: MergeRecord): void {
  if (isFinal(record)) throw new Failure('too_late', answers.endedAs(record.state))
  if (record.state === 'publishing') throw new Failure('too_late', answers.isPublishing)
}
