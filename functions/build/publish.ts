import type { BuildRecord } from '../shared/build-record.ts'
import type { MergedService, MergeRecord } from '../shared/merge-record.ts'
import { promote, stagingOf } from './promote.ts'
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
  await shop.works.older(work.record.repositoryId, work.record.time ?? 0)
  return shop.publishing(async () => {
    const services = await check()
    if (services === undefined) return undefined
    work.record = { ...work.record, state: 'publishing', services }
    await shop.ledger.writeMerge(work.record)
    return finish(shop, work.record)
  })
}

/** Takes up a merge that was found in `publishing`: from its digests, without building, as often as it takes. */
export function rollForward(shop: Workshop, record: MergeRecord): Promise<MergeRecord> {
  return shop.publishing(() => finish(shop, record))
}

async function finish(shop: Workshop, record: MergeRecord): Promise<MergeRecord> {
  const services: MergedService[] = []
  for (const service of record.services) services.push(await stand(shop, service))
  for (const service of services) await conclude(shop, service)
  const built: MergeRecord = {
    ...record,
    state: 'built',
    services,
    reason: undefined,
    finished: new Date(shop.now()).toISOString(),
  }
  await shop.ledger.writeMerge(built)
  for (const { name, state, digest } of record.services)
    if (state === 'staged' && digest !== undefined)
      await shop.registry.deleteManifest(stagingOf(name), digest)
  return built
}

/** Puts a staged service into its place; the digest that stands is the one that is recorded. */
async function stand(shop: Workshop, service: MergedService): Promise<MergedService> {
  const { name, version, state, digest } = service
  if (state !== 'staged' || digest === undefined) return service
  const movable = shop.config.mutableTags.test(version)
  const stands = await promote(shop.registry, { service: name, version, digest, movable })
  return { ...service, state: 'built', digest: stands }
}

async function conclude(shop: Workshop, { name, build, state, digest }: MergedService): Promise<void> {
  const before = await shop.ledger.build(name, build)
  if (before === undefined || before.state === state) return
  const record: BuildRecord = { ...before, state, digest }
  await shop.ledger.writeBuild(record)
}
