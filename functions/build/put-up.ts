import type { BuildRecord } from '../shared/build-record.ts'
import type { Ami, Disk } from '../shared/disk.ts'
import { Failure } from '../shared/failure.ts'
import type { BuildLog } from './build-log.ts'
import { layerOf } from './disk-manifest.ts'
import * as places from './words/places.ts'
import type { Workshop } from './workshop.ts'

/** Has an AMI made of a disk that lies in `repository`; undefined where the operator has no account at AWS. */
export async function putUp(
  shop: Workshop,
  record: BuildRecord,
  { repository, disk }: { repository: string; disk: Disk },
  log: BuildLog,
  signal: AbortSignal,
): Promise<Ami | undefined> {
  const cloud = await shop.cloud()
  if (cloud === undefined) return undefined
  const { service, version, id: build, queued, commit } = record
  const { digest, gib } = disk
  const layer = async () => {
    const manifest = await shop.registry.manifest(repository, digest)
    if (manifest === undefined)
      throw new Failure('registry_error', places.stagedGone(`${repository}@${digest}`))
    return shop.registry.blobStream(repository, layerOf(manifest))
  }
  const what = { service, version, build, queued, repository: record.repository, commit, digest, gib, layer }
  return cloud.register(what, (line) => log.write(`${line}\n`), signal)
}
