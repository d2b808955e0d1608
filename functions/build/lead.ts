import { isOf } from '../shared/branches.ts'
import type { MergeRecord } from '../shared/merge-record.ts'
import { sameRecord } from './sole-writer.ts'
import { toldOf } from './tell-badge.ts'
import type { Workshop } from './workshop.ts'

/**
 * Puts the tags right that badges go by. A process may have died, or the registry, between the two tags of a merge's last
 * record, its sha and `newest`; and where the operator has changed the order of branches, `newest` and `published` are of
 * another one. `over` are the merges that this process finds final for the first time, oldest first.
 */
export async function lead(shop: Workshop, over: MergeRecord[]): Promise<void> {
  for (const branch of shop.config.branches) {
    const last = over.findLast((record) => isOf(record, branch))
    if (last) await leadBranch(shop, last, branch)
  }
}

async function leadBranch({ ledger, works }: Workshop, last: MergeRecord, branch: string): Promise<void> {
  const newest = await ledger.newest(last.repositoryId, branch)
  const behind = (newest?.time ?? 0) < (last.time ?? 0)
  const older = newest?.sha === last.sha && !sameRecord(newest, last)
  if (!(behind || older || newest?.torn) || works.find(last)) return
  for (const service of toldOf(last)) {
    const found = await ledger.findPublished(service, branch)
    if (found) await ledger.changeBuild(service, found.id, (record) => record)
  }
  await ledger.writeMerge(last)
}
