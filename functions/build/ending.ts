import { branchesOf } from '../shared/branches.ts'
import type { Ledger } from '../shared/ledger.ts'
import { isFinal, type MergeRecord } from '../shared/merge-record.ts'
import type { Workshop } from './workshop.ts'

/** Unfinished merges that are looked over for the last one that ended. */
const LOOKED_OVER = 20

/**
 * A merge's last record, with what the operator's receivers are to be told of it. It is written with the end itself, so
 * that a process that dies before it has told them leaves that to the next one.
 */
export async function withNotice(shop: Workshop, record: MergeRecord): Promise<MergeRecord> {
  if (!isFinal(record) || record.state === 'superseded' || !(await shop.notices.wanted())) return record
  if (record.state === 'failed') return { ...record, notice: 'failed' }
  return { ...record, notice: (await recovers(shop.ledger, record)) ? 'recovered' : 'built' }
}

/** Whether a branch's newest merge ends well after the last one to end before it, or itself, had failed. */
async function recovers(ledger: Ledger, record: MergeRecord): Promise<boolean> {
  const { repositoryId, sha, after, failedBefore } = record
  if ((await ledger.newest(repositoryId, branchesOf(record)[0]))?.sha !== sha) return false
  if (failedBefore) return true
  let earlier = after
  for (let looked = 0; earlier !== undefined && looked < LOOKED_OVER; looked += 1) {
    const record = await ledger.merge(repositoryId, earlier)
    if (record === undefined) return false
    // One that was superseded says nothing of how the repository's merges go.
    if (isFinal(record) && record.state !== 'superseded') return record.state === 'failed'
    earlier = record.after
  }
  return false
}
