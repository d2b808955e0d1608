import { DISK_GIB, type Disk } from '../shared/disk.ts'
import type { DiskResult } from '../shared/disk-request.ts'
import { Failure } from '../shared/failure.ts'
import type { BuildLog } from './build-log.ts'
import { putDisk } from './disk-manifest.ts'
import { NotBooted } from './disk-service.ts'
import { imageLabels } from './image-labels.ts'
import { imageParts } from './image-layers.ts'
import { diskStagingTag, type Job, stagingTag } from './job.ts'
import type { ToBuild } from './plan.ts'
import { stagingOf } from './promote.ts'
import * as places from './words/places.ts'
import type { Workshop } from './workshop.ts'

/** An image in the registry: `digest` in `repository`. */
export type Image = { repository: string; digest: string }

/**
 * Has a bootable disk made of an image that is in the registry, and puts it into staging. Its layers go from the
 * registry to the service ami and the disk back into the registry as they come; nothing is kept in between.
 */
export async function stageDisk(
  shop: Workshop,
  job: Job,
  todo: ToBuild,
  image: Image,
  log: BuildLog,
  signal: AbortSignal,
): Promise<Disk> {
  const { registry, disks } = shop
  const { entry, source } = todo
  const staging = stagingOf(entry.service_name)
  const gib = entry.disk ?? DISK_GIB
  const {
    layers: blobs,
    architecture,
    created,
    config,
  } = await imageParts(registry, image.repository, image.digest)
  const description = {
    image: image.digest,
    architecture,
    created,
    config,
    disk: gib,
    boot: ['bios' as const],
  }
  const layers = blobs.map(({ digest, size }) => ({
    size,
    open: () => registry.blobStream(image.repository, digest),
  }))
  log.write(`${places.logDisk(gib)}\n`)
  const result = await disks
    .make(
      { description, layers },
      async (layer) => {
        const put = await registry.putStream(staging, layer.stream)
        const said = layer.result()
        if (said.digest !== put.digest || said.size !== put.size)
          throw new Failure('registry_error', places.diskOtherBytes)
        return said
      },
      signal,
    )
    .catch((thrown: unknown) => {
      if (thrown instanceof NotBooted) log.write(`${thrown.console}\n`)
      throw thrown
    })
  const { size, recipe, kernel } = result
  const disk = { gib, size, recipe, kernel, booted: bootedLine(result.booted) }
  const labels = imageLabels(shop.config.githubUrl, job, entry)
  const made = { image: image.digest, source, disk, layer: result, labels }
  const digest = await putDisk(registry, staging, diskStagingTag(stagingTag(job, entry.version)), made)
  log.write(`${disk.booted}\n${places.logDiskPushed(digest)}\n`)
  return { ...disk, digest }
}

function bootedLine(booted: DiskResult['booted']): string {
  if (typeof booted === 'string') return booted
  return booted
    .map(({ firmware, answer, port, ms }) =>
      places.booted(firmware.toUpperCase(), answer, port, (ms / 1000).toFixed(1)),
    )
    .join('; ')
}
