import { branchesOf } from '../shared/branches.ts'
import type { BuildRecord } from '../shared/build-record.ts'
import { diskTag } from '../shared/disk.ts'
import type { Ledger } from '../shared/ledger.ts'
import type { MergedService, MergeRecord } from '../shared/merge-record.ts'
import { unlessTorn } from '../shared/registry.ts'
import { refuseBeforeBrokenOff } from './broken-off.ts'
import { withNotice } from './ending.ts'
import { fewAtOnce } from './few-at-once.ts'
import { moveTags } from './moving-tags.ts'
import { newerHas } from './newer.ts'
import { promoteAll, stagingOf } from './promote.ts'
import { writeMerge } from './sole-writer.ts'
import type { Work } from './works.ts'
import type { Workshop } from './workshop.ts'

/**
 * Publishes a merge whose services are all staged: all or nothing, in the order of merges. What is to be published
 * is written first, as `publishing`; from then on it is only rolled forward, by this process or the next.
 * `check` looks at every version once more, under the lock; undefined from it means that nothing is published.
 */
export async function publish(
  shop: Workshop,
  work: Work,
  check: () => Promise<MergedService[] | undefined>,
): Promise<MergeRecord | undefined> {
  const older = shop.works.older(work.record.repositoryId, work.record.time ?? 0)
  await Promise.race([older, aborted(work.cancelled)])
  return shop.publishing(async () => {
    const { repositoryId, time = 0 } = work.record
    await refuseBeforeBrokenOff(shop, { repositoryId, time })
    const services = await check()
    // Looked at last: from the word `publishing` on it is not cancelled any more.
    if (services === undefined || work.cancelled.aborted) return undefined
    work.record = { ...work.record, state: 'publishing', services }
    await writeMerge(shop, work, work.record)
    return finish(shop, work)
  })
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** Takes up a merge that was found in `publishing`: from its digests, without building, as often as it takes. */
export function rollForward(shop: Workshop, work: Work): Promise<MergeRecord> {
  return shop.publishing(() => finish(shop, work))
}

/** Whether all that a merge in `publishing` promises is published already or still staged. */
export async function canRollForward({ registry, config }: Workshop, record: MergeRecord): Promise<boolean> {
  const has = (repository: string, reference: string) =>
    unlessTorn(registry.head(repository, reference), () => undefined)
  for (const { name, version, state, digest, disk } of record.services) {
    if (state !== 'staged' || digest === undefined) continue
    const tags = [[version, digest], ...(disk === undefined ? [] : [[diskTag(version), disk]])] as const
    for (const [tag, staged] of tags) {
      const there = await has(name, tag)
      // What a tag has that moves is another merge's, and no sign that ours is published.
      const published = there === staged || (there !== undefined && !config.mutableTags.test(version))
      if (!published && (await has(stagingOf(name), staged)) === undefined) return false
    }
  }
  return true
}

async function finish(shop: Workshop, work: Work): Promise<MergeRecord> {
  const { record } = work
  const { time = 0 } = record
  const standing = await fewAtOnce(record.services, (service) => stand(shop, service, time))
  const services = await fewAtOnce(standing, (service) => tagged(shop, service, time))
  // What is unchanged was written as such before the merge said that it publishes.
  const made = services.filter(({ state }) => state !== 'unchanged')
  await fewAtOnce(made, (service) => conclude(shop, service))
  const built = await withNotice(shop, {
    ...record,
    state: 'built',
    services,
    code: undefined,
    reason: undefined,
    finished: new Date(shop.now()).toISOString(),
  })
  await writeMerge(shop, work, built)
  return built
}

/** Puts a staged service into its place; the digest that stands is the one that is recorded. */
async function stand(shop: Workshop, service: MergedService, time: number): Promise<MergedService> {
  const { name, version, state, digest, disk } = service
  if (state !== 'staged' || digest === undefined) return service
  // Found in `publishing` after a crash, a newer merge may have moved the tag since.
  const movable = shop.config.mutableTags.test(version) && !(await newerHas(shop.ledger, name, version, time))
  const stands = await promoteAll(shop.registry, { service: name, version, digest, disk }, movable)
  return { ...service, ...stands, state: 'built' }
}

/** Moves the tags of what was published just now: those that are left are its own. */
async function tagged(shop: Workshop, service: MergedService, time: number): Promise<MergedService> {
  const { name, version, state, tags, digest = '' } = service
  if (state !== 'built' || tags === undefined) return service
  return { ...service, tags: await moveTags(shop, { service: name, version, tags, time }, digest) }
}

/** Writes how a service of a merge ended into its own record, unless that says so already. */
export function conclude(shop: Workshop, service: MergedService): Promise<void> {
  const { name, build, state, digest, disk, tags, reason } = service
  return shop.ledger.changeBuild(name, build, (found, published) => {
    const tagged = branchesOf(found).every(
      (branch) => !published.has(branch) || leads(found, published.get(branch)),
    )
    if (found.state === state && tagged) return undefined
    const finished = found.finished ?? new Date(shop.now()).toISOString()
    const stands = found.disk && disk ? { disk: { ...found.disk, digest: disk } } : {}
    return { ...found, ...stands, tags, state, digest, reason, finished }
  })
}

/** A process may have died between the two tags of a record: its own and `published`. */
function leads(
  { id, state, time }: BuildRecord,
  published: Awaited<ReturnType<Ledger['published']>>,
): boolean {
  if (published === undefined || published.torn) return false
  return published.time > time || (published.id === id && published.state === state)
}
