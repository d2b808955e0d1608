import { Failure, toFailure } from '../shared/failure.ts'
import { contextOf, type Entry } from '../shared/images.ts'
import { unlessTorn } from '../shared/registry.ts'
import { type Context, contextFor, decidingFiles } from './context.ts'
import type { Job } from './job.ts'
import { mend } from './mend.ts'
import { newerHas } from './newer.ts'
import { sourceDigest } from './source-digest.ts'
import { readTree } from './source-tree.ts'
import { standing } from './standing.ts'
import type { Workshop } from './workshop.ts'

/** What is to be done for one entry of images.json. */
export type Plan =
  | { verdict: 'build'; entry: Entry; context: Context; source: string }
  | { verdict: 'unchanged'; entry: Entry; source: string; digest: string; builtFrom: string | undefined }
  | { verdict: 'refused'; entry: Entry; failure: Failure }

/**
 * Looks at all services before anything is built: type, sources, owner, version. A service name
 * that nobody has becomes this repository's.
 */
export async function plan(shop: Workshop, job: Job, entries: Entry[], tarball: string): Promise<Plan[]> {
  const tree = await readTree(tarball, job.sha, entries.map(contextOf), entries.flatMap(decidingFiles))
  return Promise.all(
    entries.map(async (entry): Promise<Plan> => {
      try {
        if (entry.type === 'AMI')
          throw new Failure(
            'type_unsupported',
            `${entry.service_name}: type AMI is not supported yet; use Docker`,
          )
        const context = contextFor(entry, tree)
        const source = sourceDigest(context, entry)
        // One after another: two repositories may merge the same new name at one moment.
        await shop.dating(() => claim(shop, job, entry.service_name))
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
  shop: Workshop,
  job: Job,
  entry: Entry,
  context: Context,
  source: string,
): Promise<Plan> {
  const { service_name: service, version } = entry
  const stands = await unlessTorn(standing(shop.registry, service, version), () => mend(shop, entry, source))
  if (stands === undefined) return { verdict: 'build', entry, context, source }
  if (stands.source === source)
    return { verdict: 'unchanged', entry, source, digest: stands.digest, builtFrom: stands.revision }
  if (!shop.config.mutableTags.test(version))
    throw new Failure('version_taken', `version ${version} of ${service} is taken; raise it`)
  if (await newerHas(shop.ledger, service, version, job.time))
    throw new Failure('version_taken', `a newer merge has published ${service}:${version} already`)
  return { verdict: 'build', entry, context, source }
}

async function claim(shop: Workshop, job: Job, service: string): Promise<void> {
  const { repositoryId, repository } = job
  const owner = await shop.ledger.owner(service)
  if (owner !== undefined && owner.repositoryId !== repositoryId)
    throw new Failure('name_owned', `${service} belongs to ${owner.repository}`)
  if (owner === undefined || owner.torn) await shop.ledger.writeOwner(service, { repositoryId, repository })
}
