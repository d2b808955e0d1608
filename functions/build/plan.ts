import { isPublished } from '../shared/build-record.ts'
import type { Ami, Disk } from '../shared/disk.ts'
import { Failure, toFailure } from '../shared/failure.ts'
import { contextOf, type Entry } from '../shared/images.ts'
import { unlessTorn } from '../shared/registry.ts'
import { type Content, type Context, contextFor, decidingFiles } from './context.ts'
import { standingDisk } from './disk-manifest.ts'
import type { Job } from './job.ts'
import { findContents } from './lfs-contents.ts'
import { mend, mendDisk } from './mend.ts'
import { begins, refuseFixedTags, tagsDue } from './moving-tags.ts'
import { newerHas } from './newer.ts'
import { refusePlatforms } from './refuse-platforms.ts'
import type { Source } from './source.ts'
import { sourceDigest } from './source-digest.ts'
import { standing } from './standing.ts'
import { readSource } from './submodules.ts'
import * as refusals from './words/refusals.ts'
import type { Workshop } from './workshop.ts'

/** What an entry promises and has already: its image, its tags, and of type AMI its disk and its AMI. */
export type Stands = {
  digest: string
  builtFrom: string | undefined
  size?: number | undefined
  disk?: Disk | undefined
  ami?: Ami | undefined
  /** Of the entry's tags those that are its own, and point to it. */
  tags?: string[] | undefined
}

/** What stands, out of all that a plan says: as a record has it. */
export function standsOf({ digest, builtFrom, size, disk, ami, tags }: Stands): Stands {
  return { digest, builtFrom, size, disk, ami, tags }
}

export type ToBuild = Extract<Plan, { verdict: 'build' }>

/** What is to be done for one entry of images.json. */
export type Plan =
  | { verdict: 'build'; entry: Entry; context: Context; source: string; stands?: Stands | undefined }
  | ({ verdict: 'unchanged'; entry: Entry; source: string } & Stands)
  | { verdict: 'refused'; entry: Entry; failure: Failure }

/** The files of Git LFS that these plans send to the engine. */
export function contentsOf(plans: readonly Plan[]): Content[] {
  return plans.flatMap((plan) => (plan.verdict === 'build' && !plan.stands ? plan.context.contents : []))
}

/** What a look at registry and ledger takes. */
export type Lookout = Pick<
  Workshop,
  'config' | 'registry' | 'ledger' | 'dating' | 'cloud' | 'grants' | 'sources'
> & {
  disks: Pick<Workshop['disks'], 'there'>
}

/** What is done about a service's name before its version is looked at: `name_owned` where it is another's. */
export type Naming = (shop: Lookout, job: Job, service: string) => Promise<void>

/** How services are looked at: `keep` where what is to be built will be built from this very source. */
export type Looking = { naming: Naming; keep: boolean }

/** Looks at all services before anything is built: type, sources, name, version. */
export async function plan(
  shop: Lookout,
  job: Job,
  entries: Entry[],
  from: Source,
  { naming, keep }: Looking = { naming: claimName, keep: true },
): Promise<Plan[]> {
  const { sources } = shop
  const [contexts, deciding] = [entries.map(contextOf), entries.flatMap(decidingFiles)]
  const tree = await readSource(sources, job, from, contexts, deciding, keep)
  return Promise.all(
    entries.map(async (entry): Promise<Plan> => {
      try {
        if (entry.type === 'AMI' && !shop.disks.there)
          throw new Failure('no_disks', refusals.noDisks(entry.service_name))
        await shop.grants(job.repository, entry)
        refuseFixedTags(entry, shop.config.mutableTags)
        await refusePlatforms(shop.registry, entry)
        const context = contextFor(entry, tree)
        const source = sourceDigest(context, entry)
        const looking = versioned(shop, job, entry, context, source)
        // Whose name it is comes first, whatever stands there.
        looking.catch(() => {})
        await naming(shop, job, entry.service_name)
        const found = await looking
        await findContents(sources, job.repository, contentsOf([found]))
        return found
      } catch (thrown) {
        const failure = toFailure(thrown)
        if (failure.outcome !== 'failed') throw failure
        return { verdict: 'refused', entry, failure }
      }
    }),
  )
}

/** A version is a promise: it is free, or it was built from these sources, or it is taken. */
export async function versioned(
  shop: Lookout,
  job: Job,
  entry: Entry,
  context: Context,
  source: string,
): Promise<Plan> {
  const { service_name: service, version, type, tags } = entry
  const fixed = !shop.config.mutableTags.test(version)
  const [image, disk, due] = await Promise.all([
    unlessTorn(standing(shop.registry, service, version), () => mend(shop, entry, source)),
    type === 'AMI'
      ? unlessTorn(standingDisk(shop.registry, service, version), () => mendDisk(shop, entry, source))
      : undefined,
    tagsDue(shop, { service, version, tags, time: job.time }),
  ])
  const others = [image, disk].filter((found) => found !== undefined && found.source !== source)
  // A tag that moves with the versions that it begins cannot be one of them.
  if (fixed && (others.length > 0 || begins(version, image?.version)))
    throw new Failure('version_taken', refusals.versionTaken(version, service))
  if (others.length > 0 && (await newerHas(shop.ledger, service, version, job.time)))
    throw new Failure('version_taken', refusals.newerPublished(service, version))
  if (others.length > 0 || image === undefined) return { verdict: 'build', entry, context, source }
  // A disk of an image that is gone, or that has moved since, is not this one's.
  const own = disk?.image === image.digest ? disk.disk : undefined
  const ami = own && (await registered(shop, entry))
  const stands: Stands = { digest: image.digest, builtFrom: image.revision, size: image.size, disk: own, ami }
  const whole = type === 'Docker' || (own && (ami || (await shop.cloud()) === undefined))
  return whole && due.every(({ digest }) => digest === image.digest)
    ? { verdict: 'unchanged', entry, source, ...stands, ...(tags && { tags: due.map(({ tag }) => tag) }) }
    : { verdict: 'build', entry, context, source, stands }
}

/** The AMI that this version has at AWS: what is unchanged says it on. */
async function registered({ ledger }: Lookout, { service_name, version }: Entry): Promise<Ami | undefined> {
  const published = await ledger.findBuild(
    service_name,
    (build) => build.version === version && isPublished(build),
  )
  return published?.ami
}

/** A name that nobody has becomes this repository's; whose it is follows the name that the repository has now. */
export async function claimName(shop: Lookout, job: Job, service: string): Promise<void> {
  const { repositoryId, repository } = job
  if (!(await isDue(shop, job, service))) return
  // One after another: two repositories may merge the same new name at one moment.
  await shop.dating(async () => {
    if (await isDue(shop, job, service)) await shop.ledger.writeOwner(service, { repositoryId, repository })
  })
}

/** A name that nobody has stays so. */
export async function lookAtName(shop: Lookout, job: Job, service: string): Promise<void> {
  await isDue(shop, job, service)
}

/** Whether it is to be written whose name it is. */
async function isDue(
  { ledger }: Lookout,
  { repositoryId, repository }: Job,
  service: string,
): Promise<boolean> {
  const owner = await ledger.owner(service)
  if (owner !== undefined && owner.repositoryId !== repositoryId)
    throw new Failure('name_owned', refusals.belongsTo(service, owner.repository))
  return owner === undefined || owner.torn === true || owner.repository !== repository
}
