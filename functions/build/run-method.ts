import type { BuildRecord } from '../shared/build-record.ts'
import type { MethodRequest } from '../shared/build-request.ts'
import { Failure, toFailure } from '../shared/failure.ts'
import { type Entry, parseImages } from '../shared/images.ts'
import { allowed, exactNames } from '../shared/repositories.ts'
import { refuseBeforeBrokenOff } from './broken-off.ts'
import { buildService } from './build-service.ts'
import { clearCloud } from './clear-cloud.ts'
import { committedAt, titleOf } from './confirm.ts'
import { currentName } from './current-name.ts'
import { orElsewhere } from './engine-lost.ts'
import { type Job, newBuild, stagingTag } from './job.ts'
import { fetchContents } from './lfs-contents.ts'
import { moveTags } from './moving-tags.ts'
import { contentsOf, plan, standsOf, versioned } from './plan.ts'
import { promoteAll } from './promote.ts'
import { pruneBuilds } from './prune.ts'
import { withSource } from './source.ts'
import { clearStaged } from './sweep.ts'
import * as answers from './words/answers.ts'
import * as words from './words/github.ts'
import type { Workshop } from './workshop.ts'

/** A method call whose words have been understood: what it builds, of which commit. */
export type Call = { job: Job; entry: Entry; record: BuildRecord }

/**
 * The build method's words against GitHub: which repository (default: the first exact name of the allow-list),
 * which commit (default: the head of the first branch), and what images.json there says of the service.
 */
export async function openCall(shop: Workshop, request: MethodRequest): Promise<Call> {
  const { branches, repositories } = shop.config
  const asked = request.repository ?? exactNames(repositories)[0]
  if (asked === undefined) throw new Failure('bad_request', answers.noRepository)
  if (!allowed(repositories, asked)) throw new Failure('not_allowed')
  const known = await shop.github.repository(asked)
  if (known === undefined) throw new Failure('github_refused', words.notShown(asked))
  const repository = currentName(repositories, asked, known.full_name)
  const ref = request.sha ?? request.ref ?? branches[0]
  const branch = branches.find((one) => one === ref) ?? branches[0]
  const commit = await shop.github.commit(repository, ref)
  if (commit === undefined) throw new Failure('bad_request', answers.noCommit(repository, ref))
  const committed = committedAt(commit, shop.now())
  const queued = new Date(shop.now()).toISOString()
  const { sha } = commit
  const job = {
    repositoryId: known.id,
    repository,
    branch,
    sha,
    time: committed,
    committed,
    title: titleOf(commit),
    manual: true,
    attempt: 1,
    queued,
  }
  const bytes = await shop.github.images(repository, sha)
  const named = bytes && parseImages(bytes).find((entry) => entry.service_name === request.service_name)
  const entry = entryOf(request, named)
  return { job, entry, record: newBuild(job, entry) }
}

/** What images.json says of the service beside the call's own words. Tags are of the version that it names. */
function entryOf(
  { service_name, version, type }: MethodRequest,
  { tags, ...named }: Partial<Entry> = {},
): Entry {
  const own = tags && named.version === version && { tags }
  return { ...named, service_name, version, type, ...own }
}

/** Builds and publishes one service outside of any merge. The record that comes back is final, and written. */
export async function runMethod(shop: Workshop, { job, entry, record }: Call): Promise<BuildRecord> {
  shop.room.need()
  const before = await shop.ledger.build(record.service, record.id)
  const ended = await withSource(shop, job, async (from): Promise<BuildRecord> => {
    const { folder } = from
    const [planned] = await plan(shop, job, [entry], from)
    if (planned === undefined || planned.verdict === 'refused')
      throw planned?.failure ?? new Failure('internal')
    const known = { ...record, source: planned.source, logs: before?.logs ?? [] }
    if (planned.verdict === 'unchanged') return { ...known, state: 'unchanged', ...standsOf(planned) }
    if (entry.type === 'AMI') await shop.disks.ready()
    await fetchContents(shop.sources, job.repository, contentsOf([planned]), folder)
    try {
      const built = await orElsewhere(shop.engines, known, (record) =>
        shop.engines.slots(() => buildService(shop, job, planned, record, folder)),
      )
      if (built.failure) return { ...built.record, state: built.failure.state }
      const { context, source } = planned
      return await publishOne(shop, built.record, () => versioned(shop, job, entry, context, source))
    } finally {
      await clearStaged(shop, record, stagingTag(job, record.version))
    }
  })
  const final = { ...ended, finished: ended.finished ?? new Date(shop.now()).toISOString() }
  await shop.ledger.writeBuild(final).catch((error: unknown) => {
    // The record would say `building` for ever.
    shop.works.untidy = true
    throw error
  })
  if (entry.type === 'AMI') await clearCloud(shop, final.service, final.id)
  shop.metrics.serviceEnded(final.state)
  await shop.tellBadge([final.service])
  await pruneBuilds(shop, final.service)
  return final
}

async function publishOne(
  shop: Workshop,
  staged: BuildRecord,
  check: () => ReturnType<typeof versioned>,
): Promise<BuildRecord> {
  const { service, version, digest = '', disk, repositoryId } = staged
  const movable = shop.config.mutableTags.test(version)
  return shop.publishing(async (): Promise<BuildRecord> => {
    try {
      await refuseBeforeBrokenOff(shop, { repositoryId, time: Number.POSITIVE_INFINITY })
      await check()
      const stands = await promoteAll(
        shop.registry,
        { service, version, digest, disk: disk?.digest },
        movable,
      )
      const tags = staged.tags && (await moveTags(shop, staged, stands.digest))
      return {
        ...staged,
        tags,
        state: 'built',
        digest: stands.digest,
        ...(disk && stands.disk && { disk: { ...disk, digest: stands.disk } }),
      }
    } catch (thrown) {
      const failure = toFailure(thrown)
      return { ...staged, ami: undefined, state: failure.state, reason: failure.message }
    }
  })
}
