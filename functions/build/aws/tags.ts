import { type CloudDisk, imageName } from './cloud-disk.ts'
import type { Owned } from './owned.ts'

export type Tag = { Key?: string | undefined; Value?: string | undefined }

export const SERVICE = 'artefacto:service'
export const DIGEST = 'artefacto:digest'
const BUILD = 'artefacto:build'
const QUEUED = 'artefacto:queued'
/** On a snapshot that is being written: all blocks below this one are there. */
const WRITTEN = 'artefacto:written'

/** The tags of all that is made for a disk. */
export function tagsOf(disk: CloudDisk): { Key: string; Value: string }[] {
  const tags = {
    Name: imageName(disk),
    [SERVICE]: disk.service,
    'artefacto:version': disk.version,
    ...buildTags(disk),
    [DIGEST]: disk.digest,
    'artefacto:repository': disk.repository,
    'artefacto:commit': disk.commit,
  }
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}

/** Whose it is, where a later build has the same disk. */
export function buildTags({ build, queued }: Pick<CloudDisk, 'build' | 'queued'>) {
  return { [BUILD]: build, [QUEUED]: queued }
}

export function writtenTag(block: number) {
  return { [WRITTEN]: String(block) }
}

/** The block up to which a snapshot is written, by its tags. */
export function writtenOf(tags: Tag[] | undefined): number {
  const text = textOf(tags, WRITTEN) ?? ''
  return /^\d{1,9}$/.test(text) ? Number(text) : 0
}

/** Whose a thing is, by its tags; undefined where they do not say. */
export function ownerOf(tags: Tag[] | undefined): Omit<Owned, 'ami' | 'snapshot'> | undefined {
  const [service, build, queued, digest] = [SERVICE, BUILD, QUEUED, DIGEST].map((key) => textOf(tags, key))
  if (!service || !build || !queued || !digest) return undefined
  return { service, build, queued, digest }
}

function textOf(tags: Tag[] | undefined, key: string): string | undefined {
  return tags?.find(({ Key }) => Key === key)?.Value
}
