import type { MergeRecord } from '../shared/merge-record.ts'
import type { Workshop } from './workshop.ts'

/**
 * When a merge was made, in ms since 1970, such that later merges of a repository have later times. GitHub's times
 * are whole seconds, so among merges of one second the history decides: each commit between two of them is a
 * millisecond. `newest` is the ledger's newest merge of the repository, `inWork` are the ones that this process works
 * on, taken before `newest` was read: one that ends in between is in the ledger.
 */
export async function mergeTime(
  shop: Workshop,
  { repositoryId, repository, sha }: MergeRecord,
  time: number,
  newest: MergeRecord | undefined,
  inWork: MergeRecord[],
): Promise<number> {
  const others = [...inWork, ...(newest ? [newest] : []), ...(await older(shop, repositoryId, time, newest))]
  const near = others.find((other) => other.sha !== sha && sameSecond(other.time, time))
  if (near?.time === undefined) return time
  const compared = await shop.github.compare(repository, near.sha, sha)
  return near.time + (compared ? compared.ahead_by - compared.behind_by : 0)
}

/** A merge that comes late may be of the same second as one that is long over. */
async function older(
  { ledger }: Workshop,
  repositoryId: number,
  time: number,
  newest: MergeRecord | undefined,
): Promise<MergeRecord[]> {
  if (time >= (newest?.time ?? 0)) return []
  const shas = await ledger.mergeShas(repositoryId)
  const records = await Promise.all(shas.map((sha) => ledger.merge(repositoryId, sha)))
  return records.filter((record) => record !== undefined)
}

function sameSecond(one: number | undefined, other: number): boolean {
  return one !== undefined && Math.floor(one / 1000) === Math.floor(other / 1000)
}
