import { type BuildRecord, isFinalBuild, isPublished } from '../shared/build-record.ts'
import { log } from '../shared/log.ts'
import type { Owned } from './aws/cloud.ts'
import type { Workshop } from './workshop.ts'

/**
 * Takes away what AWS has of a build that is over, but for the AMI that it published. Others may use the same account
 * and the same names: ours is only what carries the time at which our own record was queued.
 */
export async function clearCloud(shop: Workshop, service: string, build: string): Promise<void> {
  await clear(shop, (owned) => owned.service === service && owned.build === build)
}

/** The same for whatever is there: at the start, and after something could not be cleared. */
export async function sweepCloud(shop: Workshop): Promise<void> {
  await clear(shop, () => true)
}

async function clear(shop: Workshop, among: (owned: Owned) => boolean): Promise<void> {
  try {
    const cloud = await shop.cloud()
    for (const owned of (await cloud?.owned())?.filter(among) ?? []) {
      const record = await shop.ledger.build(owned.service, owned.build)
      if (record?.queued !== owned.queued || !isLeft(record, owned)) continue
      log('cloud_cleared', { ...owned })
      await cloud?.remove(owned)
    }
  } catch (error) {
    shop.works.untidy = true
    log('cloud_not_cleared', { error })
  }
}

/** A build that is being worked on may still want it; one that is tried again makes another disk. */
function isLeft(record: BuildRecord, { ami, snapshot }: Owned): boolean {
  if (isPublished(record)) return record.ami?.id !== ami || record.ami?.snapshot !== snapshot
  return isFinalBuild(record) || record.state === 'error'
}
