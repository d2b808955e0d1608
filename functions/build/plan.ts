import { isPublished } from '../shared/build-record.ts'
import type { Ami, Disk } from '../shared/disk.ts'
import { Failure, toFailure } from '../shared/failure.ts'
import { contextOf, type Entry } from '../shared/images.ts'
import { unlessTorn } from '../shared/registry.ts'
import { type Context, contextFor, decidingFiles } from './context.ts'
import { standingDisk } from './disk-manifest.ts'
import type { Job } from './job.ts'
import { mend, mendDisk } from './mend.ts'
import { newerHas } from './newer.ts'
import { sourceDigest } from './source-digest.ts'
import { readTree } from './source-tree.ts'
import { standing } from './standing.ts'
import * as refusals from './words/refusals.ts'
import type { Workshop } from './workshop.ts'

/** What an entry promises and has already: its image, and of type AMI its disk and its AMI. */
export type Stands = {
  digest: string
  builtFrom: string | undefined
  size?: number | undefined
  disk?: Disk | undefined
  ami?: Ami | undefined
}

/** What stands, out of all that a plan says: as a record has it. */
export function standsOf({ digest, builtFrom, size, disk, ami }: Stands): Stands {
  return { digest, builtFrom, size, disk, ami }
}

export type ToBuild = Extract<Plan, { verdict: 'build' }>

/** What is to be done for one entry of images.json. */
export type Plan =
  | { verdict: 'build'; entry: Entry; context: Context; source: string; stands?: Stands | undefined }
  | ({ verdict: 'unchanged'; entry: Entry; source: string } & Stands)
  | { verdict: 'refused'; entry: Entry; failure: Failure }

/** What a look at registry and ledger takes. */
export type Lookout = Pick<Workshop, 'config' | 'registry' | 'ledger' | 'dating' | 'cloud'> & {
  disks: Pick<Workshop['disks'], 'there'>
}

/** What is done about a service's name before its version is looked at: `name_owned` where it is another's. */
export type Naming = (shop: Lookout, job: Job, service: string) => Promise<void>

/** Looks at all services before anything is built: type, sources, name, version. */
export async function plan(
  shop: Lookout,
  job: Job,
  entries: Entry[],
  tarball: string,
  naming: Naming = claimName,
): Promise<Plan[]> {
  const tree = await readTree(tarball, job.sha, entries.map(contextOf), entries.flatMap(decidingFiles))
  return Promise.all(
    entries.map(async (entry): Promise<Plan> => {
      try {
        if (entry.type === 'AMI' && !shop.disks.there)
          throw new Failure('no_disks', refusals.noDisks(entry.service_name))
        const context = contextFor(entry, tree)
        const source = sourceDigest(context, entry)
        await naming(shop, job, entry.service_name)
        return await versioned(shop, job, entry, context, source)
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
  const { service_name: service, version, type } = entry
  const [image, disk] = await Promise.all([
    unlessTorn(standing(shop.registry, service, version), () => mend(shop, entry, source)),
    type === 'AMI'
      ? unlessTorn(standingDisk(shop.registry, service, version), () => mendDisk(shop, entry, source))
      : undefined,
  ])
  const others = [image, disk].filter((found) => found !== undefined && found.source !== source)
  if (others.length > 0 && !shop.config.mutableTags.test(version))
    throw new Failure('version_taken', refusals.versionTaken(version, service))
  if (others.length > 0 && (await newerHas(shop.ledger, service, version, job.time)))
    throw new Failure('version_taken', refusals.newerPublished(service, version))
  if (others.length > 0 || image === undefined) return { verdict: 'build', entry, context, source }
  const stands: Stands = { digest: image.digest, builtFrom: image.revision, size: image.size }
  if (type === 'Docker') return { verdict: 'unchanged', entry, source, ...stands }
  // A disk of an image that is gone, or that has moved since, is not this one's.
  const own = disk?.image === image.digest ? disk.disk : undefined
  const ami = own && (await registered(shop, entry))
  const whole = own !== undefined && (ami !== undefined || (await shop.cloud()) === undefined)
  const all = { ...stands, disk: own, ami }
  return whole
    ? { verdict: 'unchanged', entry, source, ...all }
    : { verdict: 'build', entry, context, source, stands: all }
}

/** The AMI that this version has at AWS: what is unchanged says it on. */
async function registered({ ledger }: Lookout, { service_name, version }: Entry): Promise<Ami | undefined> {
  const published = await ledger.findBuild(
    service_name,
    (build) => build.version === version && isPublished(build),
  )
  return published?.ami
}

/** A name that nobody has becomes this repository's. */
export async function claimName(shop: Lookout, job: Job, service: string): Promise<void> {
  const { repositoryId, repository } = job
  if (!(await isFree(shop, job, service))) return
  // One after another: two repositories may merge the same new name at one moment.
  await shop.dating(async () => {
    if (await isFree(shop, job, service)) await shop.ledger.writeOwner(service, { repositoryId, repository })
  })
}

/** A name that nobody has stays so. */
export async function lookAtName(shop: Lookout, job: Job, service: string): Promise<void> {
  await isFree(shop, job, service)
}

async function isFree({ ledger }: Lookout, { repositoryId }: Job, service: string): Promise<boolean> {
  const owner = await ledger.owner(service)
  if (owner !== undefined && owner.repositoryId !== repositoryId)
    throw new Failure('name_owned', refusals.belongsTo(service, owner.repository))
  return owner === undefined || owner.torn === true
}
