import { type BuildRecord, isPublished } from '../shared/build-record.ts'
import { type Disk, diskTag } from '../shared/disk.ts'
import { Failure } from '../shared/failure.ts'
import type { Entry } from '../shared/images.ts'
import { unlessTorn } from '../shared/registry.ts'
import { type StandingDisk, standingDisk } from './disk-manifest.ts'
import { type Standing, standing } from './standing.ts'
import * as places from './words/places.ts'
import type { Workshop } from './workshop.ts'

type Books = Pick<Workshop, 'ledger' | 'registry'>

/** One of the tags of a version: what a record says of it, and how it is looked at. */
type Part<T> = {
  tag: string
  digestIn(record: BuildRecord): string | undefined
  look(): Promise<T | undefined>
  /** What is lost, and was built from other sources. */
  lost(record: BuildRecord): T
}

/**
 * What stands under a version whose tag the registry cannot read: what the ledger says was published, and the tag is
 * put back to it. Undefined where it was only being put when the registry died, or where the image is lost and may be
 * built from the same `source` again. A version that is none of ours stays as it is, with a Failure.
 */
export function mend(books: Books, entry: Entry, source: string): Promise<Standing | undefined> {
  const { service_name: service, version } = entry
  return mendPart(books, entry, source, {
    tag: version,
    digestIn: ({ digest }) => digest,
    look: () => standing(books.registry, service, version),
    lost: ({ digest = '', commit, builtFrom = commit, source }) => ({ digest, source, revision: builtFrom }),
  })
}

/** The same of its disk. */
export function mendDisk(books: Books, entry: Entry, source: string): Promise<StandingDisk | undefined> {
  const { service_name: service, version } = entry
  return mendPart(books, entry, source, {
    tag: diskTag(version),
    digestIn: ({ disk }) => disk?.digest,
    look: () => standingDisk(books.registry, service, version),
    lost: ({ disk, digest, source }) => ({ ...(disk as Disk), disk: disk as Disk, source, image: digest }),
  })
}

async function mendPart<T>(
  { ledger, registry }: Books,
  { service_name: service, version }: Entry,
  source: string,
  part: Part<T>,
): Promise<T | undefined> {
  const record =
    (await ledger.findBuild(service, (build) => build.version === version && isPublished(build))) ??
    (await ledger.findBuild(service, (build) => build.version === version))
  if (record === undefined) throw new Failure('registry_torn', places.unreadable(`${service}:${part.tag}`))
  const digest = part.digestIn(record)
  if (!isPublished(record) || digest === undefined) return undefined
  const manifest = await unlessTorn(registry.manifest(service, digest), () => undefined)
  if (manifest === undefined) return record.source === source ? undefined : part.lost(record)
  await registry.putManifest(service, part.tag, manifest.mediaType, manifest.bytes)
  return part.look()
}
