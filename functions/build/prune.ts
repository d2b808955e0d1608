import { isOf } from '../shared/branches.ts'
import { isFinal, type MergeRecord } from '../shared/merge-record.ts'
import { secondOf } from './merge-time.ts'
import type { Workshop } from './workshop.ts'

/** Builds of a service that are kept beside the one that stands, and merges of a repository. */
export const BUILDS_KEPT = 50
export const MERGES_KEPT = 200

/** Merges are looked at, each of them, only once so many are over. */
export const MERGES_OVER = 20

/** Drops the records that a merge has made too many. Published versions are never among them. */
export async function prune(shop: Workshop, { repositoryId, services }: MergeRecord): Promise<void> {
  for (const { name } of services) await pruneBuilds(shop, name)
  await pruneMerges(shop, repositoryId)
}

/** Keeps a service's newest builds, and always the newest one of each branch that stands in the registry. */
export async function pruneBuilds(shop: Workshop, service: string): Promise<void> {
  const old = (await shop.ledger.buildIds(service)).slice(BUILDS_KEPT)
  if (old.length === 0) return
  const { branches } = shop.config
  const published = await Promise.all(branches.map((branch) => shop.ledger.published(service, branch)))
  const standing = published.map((record) => record?.id)
  for (const id of old) if (!standing.includes(id)) await shop.ledger.forgetBuild(service, id)
}

async function pruneMerges(shop: Workshop, repositoryId: number): Promise<void> {
  const shas = await shop.ledger.mergeShas(repositoryId)
  if (shas.length < MERGES_KEPT + MERGES_OVER) return
  const records: MergeRecord[] = []
  for (const sha of shas) {
    const record = await shop.ledger.merge(repositoryId, sha)
    if (record) records.push(record)
  }
  const dated = (record: MergeRecord) => record.time ?? Date.parse(record.queued)
  const sorted = records.sort((a, b) => dated(b) - dated(a))
  // First, or the catch-up would find merges without a record and build them once more: GitHub shows them by their
  // whole second, to which what is less than half of one before it belongs, too.
  const [newest] = sorted.slice(MERGES_KEPT)
  if (newest) await moveStarts(shop, repositoryId, secondOf(dated(newest)) + 1)
  const { branches } = shop.config
  const led = branches.map((branch) => sorted.find((one) => one.time !== undefined && isOf(one, branch)))
  for (const record of sorted.slice(MERGES_KEPT))
    if (!led.includes(record) && (isFinal(record) || record.state === 'failed'))
      await shop.ledger.forgetMerge(record)
}

function moveStarts(shop: Workshop, repositoryId: number, time: number): Promise<void> {
  const later = ([branch, start]: [string, number]) => [branch, Math.max(start, time)]
  return shop.ledger.changeStarts(repositoryId, (starts) =>
    Object.fromEntries(Object.entries(starts).map(later)),
  )
}
