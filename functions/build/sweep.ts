import type { BuildRecord, ServiceState } from '../shared/build-record.ts'
import { log } from '../shared/log.ts'
import { isFinal, type MergeRecord } from '../shared/merge-record.ts'
import { removeTag } from '../shared/remove-tag.ts'
import { clearCloud, sweepCloud } from './clear-cloud.ts'
import { DISK_PREFIX, diskStagingTag, stagingTag } from './job.ts'
import { stagingOf } from './promote.ts'
import * as refusals from './words/refusals.ts'
import type { Workshop } from './workshop.ts'

/** A tag of staging is ours where it has a commit: a merge's is that alone, a method call's has a version behind it. */
const TAG = new RegExp(`^(?:${DISK_PREFIX})?(([0-9a-f]{40})(?:-.*)?)$`)

/** Of so many builds of a service, the newest, the images are looked for in the engine. */
const RECENT = 10

/** Builds on which somebody may be working; of all others nothing is wanted any more, but what is published. */
const OPEN: ServiceState[] = ['queued', 'building', 'staged']

/** Takes away what a merge that is over has in staging and in the engine. What fails is left to the next sweep. */
export async function clearMerge(shop: Workshop, { sha, services }: MergeRecord): Promise<void> {
  for (const { name, type, build } of services) {
    await clearStaged(shop, { service: name, type }, sha)
    if (type === 'AMI') await clearCloud(shop, name, build)
  }
}

/** What one build has in staging and in the engine: its image, and of type AMI its disk. */
export async function clearStaged(
  shop: Workshop,
  { service, type }: { service: string; type?: BuildRecord['type'] | undefined },
  tag: string,
): Promise<void> {
  await clear(shop, service, tag)
  if (type === 'AMI') await clear(shop, service, diskStagingTag(tag))
}

/** The same for one tag of `staging/<service>`. */
async function clear(shop: Workshop, service: string, tag: string, seen?: { listed: true }): Promise<void> {
  try {
    await take(shop, service, tag, seen)
  } catch (error) {
    shop.works.untidy = true
    log('not_cleared', { service, tag, error })
  }
}

/** The engine first: as long as the tag stands in staging, a sweep finds what the engine may have. */
async function take(shop: Workshop, service: string, tag: string, seen?: { listed: true }): Promise<void> {
  await clearEngine(shop, service, tag)
  await removeTag(shop.registry, stagingOf(service), tag, seen)
}

/** Takes away the image of a build that was interrupted between its end and its push, if it is ours. */
export async function clearEngine(shop: Workshop, service: string, tag: string): Promise<void> {
  if (tag.startsWith(DISK_PREFIX)) return
  const image = `${shop.config.registry}/${stagingOf(service)}:${tag}`
  await shop.engines.each(async (engine) => {
    if (await engine.hasOurs(image, tag.slice(0, 40))) await engine.remove(image)
  })
}

/**
 * What processes before this one have left, at the start and after something could not be cleared: tags in staging
 * of merges that are over, method calls that nobody works on, and images that never came to staging. The engine is
 * asked for those by their names, never for a list: the policy proxy refuses it, and others' images are none of
 * ours. Never rejects.
 */
export async function sweep(shop: Workshop): Promise<void> {
  if (!shop.works.untidy) return
  shop.works.untidy = false
  try {
    for (const name of await shop.registry.repositories('staging/')) {
      const service = name.slice(stagingOf('').length)
      for (const tag of await shop.registry.tags(name))
        if (await isOver(shop, service, tag)) await clear(shop, service, tag, { listed: true })
    }
    const services = await shop.ledger.services()
    for (const service of services) await endInterrupted(shop, service)
    await sweepCloud(shop)
    // Last, because all of it waits where the engine does not answer.
    for (const service of services) await clearRecent(shop, service)
  } catch (error) {
    shop.works.untidy = true
    log('sweep_failed', { error })
  }
}

async function isOver(shop: Workshop, service: string, tag: string): Promise<boolean> {
  const [, whole, sha] = TAG.exec(tag) ?? []
  if (sha === undefined || shop.works.calling(service)) return false
  if (whole !== sha) return true
  // After the tag was seen: its merge's record is older than it, and may be the first of its repository.
  const ids = await shop.ledger.repositoryIds()
  if (ids.some((repositoryId) => shop.works.find({ repositoryId, sha }))) return false
  const merges = await Promise.all(ids.map((repositoryId) => shop.ledger.merge(repositoryId, sha)))
  return merges.every((merge) => merge === undefined || isFinal(merge) || merge.state === 'error')
}

/** What was built and not pushed, because a process or the engine ended in between, has no tag in staging. */
async function clearRecent(shop: Workshop, service: string): Promise<void> {
  for (const id of (await shop.ledger.buildIds(service)).slice(0, RECENT)) {
    const record = await shop.ledger.build(service, id)
    if (record === undefined || OPEN.includes(record.state) || shop.works.calling(service)) continue
    const { repositoryId, commit: sha, manual = false, version } = record
    if (shop.works.find({ repositoryId, sha })) continue
    await clearEngine(shop, service, stagingTag({ manual, sha }, version))
  }
}

/** Nobody waits for the answer of a call whose process has ended: it is not run again, and says so. */
async function endInterrupted(shop: Workshop, service: string): Promise<void> {
  for (const id of await shop.ledger.buildIds(service)) {
    if (!id.includes('-m') || shop.works.calling(service)) continue
    const record = await shop.ledger.build(service, id)
    if (record?.state === 'building') await shop.ledger.writeBuild(interrupted(record, shop.now()))
  }
}

function interrupted(record: BuildRecord, now: number): BuildRecord {
  return { ...record, state: 'error', reason: refusals.interrupted, finished: new Date(now).toISOString() }
}
