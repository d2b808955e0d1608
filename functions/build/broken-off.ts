import { Failure } from '../shared/failure.ts'
import * as places from './words/places.ts'
import type { Workshop } from './workshop.ts'

/**
 * Throws where a merge of the repository from before `time` (ms) has begun to publish and did not come to its end, as
 * the registry or a process was gone: what it promises may stand in part, and the next catch-up rolls it forward. To be
 * asked under the lock; the ledger is looked through once for what processes before this one have left.
 */
export async function refuseBeforeBrokenOff(
  shop: Workshop,
  { repositoryId, time }: { repositoryId: number; time: number },
): Promise<void> {
  const left = shop.works.halfway.get(repositoryId) ?? (await lookThrough(shop, repositoryId))
  for (const sha of left) {
    const record = await shop.ledger.merge(repositoryId, sha)
    if (record?.state !== 'publishing') left.delete(sha)
    else if ((record.time ?? 0) < time) throw new Failure('registry_error', places.brokenOff(sha))
  }
}

async function lookThrough({ ledger, works }: Workshop, repositoryId: number): Promise<Set<string>> {
  const shas = (await ledger.mergeShas(repositoryId)).filter((sha) => !works.settled({ repositoryId, sha }))
  const records = await ledger.readMerges(repositoryId, shas)
  const left = new Set(records.filter(({ state }) => state === 'publishing').map(({ sha }) => sha))
  works.halfway.set(repositoryId, left)
  return left
}
