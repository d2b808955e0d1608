import { isPublished } from '../shared/build-record.ts'
import { Failure } from '../shared/failure.ts'
import type { Entry } from '../shared/images.ts'
import { unlessTorn } from '../shared/registry.ts'
import { type Standing, standing } from './standing.ts'
import * as places from './words/places.ts'
import type { Workshop } from './workshop.ts'

type Books = Pick<Workshop, 'ledger' | 'registry'>

/**
 * What stands under a version whose tag the registry cannot read: what the ledger says was published, and the tag is
 * put back to it. Undefined where it was only being put when the registry died, or where the image is lost and may be
 * built from the same `source` again. A version that is none of ours stays as it is, with a Failure.
 */
export async function mend(
  { ledger, registry }: Books,
  entry: Entry,
  source: string,
): Promise<Standing | undefined> {
  const { service_name: service, version } = entry
  const record =
    (await ledger.findBuild(service, (build) => build.version === version && isPublished(build))) ??
    (await ledger.findBuild(service, (build) => build.version === version))
  if (record === undefined) throw new Failure('registry_torn', places.unreadable(`${service}:${version}`))
  if (!isPublished(record) || record.digest === undefined) return undefined
  const { digest, commit, builtFrom = commit } = record
  const manifest = await unlessTorn(registry.manifest(service, digest), () => undefined)
  if (manifest === undefined)
    return record.source === source ? undefined : { digest, source: record.source, revision: builtFrom }
  await registry.putManifest(service, version, manifest.mediaType, manifest.bytes)
  return standing(registry, service, version)
}
