import type { MergeRequest } from '../shared/build-request.ts'
import { log } from '../shared/log.ts'
import type { MergeRecord } from '../shared/merge-record.ts'
import { confirm } from './confirm.ts'
import { fewAtOnce } from './few-at-once.ts'
import { OtherProcess, sameRecord } from './sole-writer.ts'
import { toldOf } from './tell-badge.ts'
import * as places from './words/places.ts'
import type { Workshop } from './workshop.ts'

/**
 * A merge that is over has come to one branch more, as by `git push origin develop:main`. Once GitHub has confirmed it,
 * its records say so: nothing is built, and what it was stays. Gives the record as it is then; undefined where that came
 * to nothing, which is left to the catch-up. Never rejects.
 */
export async function joinBranch(
  shop: Workshop,
  record: MergeRecord,
  { branch = '', pull_request: pullRequest }: MergeRequest,
): Promise<MergeRecord | undefined> {
  const { repository, sha } = record
  const joined = { ...record, branch: `${record.branch} ${branch}` }
  try {
    // That it is a merge is known: what is asked is whether the branch has it, however many parents it has.
    await confirm(shop.github, { ...record, branch, pullRequest, head: true }, shop.now())
    // As when they are published: whoever sees the merge on a branch finds there what it built.
    await fewAtOnce(record.services, ({ name, build }) =>
      // Of a name that is another repository's there is no record of ours.
      shop.ledger.changeBuild(name, build, (found) =>
        found.repositoryId === record.repositoryId ? { ...found, branch: joined.branch } : undefined,
      ),
    )
    await shop.ledger.writeMerge(joined, (found) => {
      if (!sameRecord(record, found)) throw new OtherProcess(places.otherProcess(sha))
    })
  } catch (error) {
    log('branch_not_joined', { repository, sha, branch, error })
    return undefined
  }
  log('branch_joined', { repository, sha, branch })
  void shop.tellBadge(toldOf(joined))
  return joined
}
