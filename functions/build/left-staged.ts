import { unlessTorn } from '../shared/registry.ts'
import { diskAt } from './disk-manifest.ts'
import { diskStagingTag, type Job, stagingTag } from './job.ts'
import type { Stands, ToBuild } from './plan.ts'
import { stagingOf } from './promote.ts'
import { layersSize } from './standing.ts'
import type { Workshop } from './workshop.ts'

/**
 * What an attempt that was interrupted had staged already: an image and the disk made of it. Taken up as it is, so
 * that what is on its way to AWS is the same disk, and is not paid for twice.
 */
export async function leftStaged(
  { registry }: Workshop,
  job: Job,
  { entry, source }: ToBuild,
): Promise<Stands | undefined> {
  if (job.attempt === 1) return undefined
  const staging = stagingOf(entry.service_name)
  const disk = await unlessTorn(
    diskAt(registry, staging, diskStagingTag(stagingTag(job, entry.version))),
    () => undefined,
  )
  if (disk?.image === undefined || disk.source !== source) return undefined
  const image = await unlessTorn(registry.manifest(staging, disk.image), () => undefined)
  if (image === undefined) return undefined
  return { digest: image.digest, builtFrom: undefined, size: layersSize(image.bytes), disk: disk.disk }
}
