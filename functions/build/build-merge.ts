import { type BuildRecord, isPublished } from '../shared/build-record.ts'
import { diskTag } from '../shared/disk.ts'
import { Failure, toFailure } from '../shared/failure.ts'
import type { Entry } from '../shared/images.ts'
import type { MergeRecord } from '../shared/merge-record.ts'
import { type Built, buildService } from './build-service.ts'
import { fewAtOnce } from './few-at-once.ts'
import { inSlot } from './in-slot.ts'
import { type Job, newBuild } from './job.ts'
import { fetchContents } from './lfs-contents.ts'
import { conclusion, merged, type Part } from './part.ts'
import { contentsOf, type Plan, plan, standsOf, type ToBuild, versioned } from './plan.ts'
import { publish } from './publish.ts'
import { mustBeOurs, writeMerge } from './sole-writer.ts'
import { tarballIn } from './source.ts'
import * as places from './words/places.ts'
import * as refusals from './words/refusals.ts'
import type { Work } from './works.ts'
import type { Workshop } from './workshop.ts'

/** A merge whose builds the process did not survive so often is not tried again: it may be what ends it. */
const INTERRUPTIONS = 5

/** Builds all services of a merge and publishes all or none of them. Gives the merge's record as it ends. */
export async function buildMerge(
  shop: Workshop,
  work: Work,
  job: Job,
  entries: Entry[],
  folder: string,
): Promise<MergeRecord> {
  const [plans, before] = await Promise.all([
    plan(shop, job, entries, tarballIn(folder)),
    Promise.all(entries.map((entry) => recorded(shop, newBuild(job, entry)))),
  ])
  const planned = plans.map((one, at) => begin(shop, work, job, one, before[at]))
  if (planned.some((part) => part.failure)) return hold(shop, work, planned)
  // Before anything is built: what waits for the service ami, or for Git LFS, has not begun.
  if (planned.some(({ plan }) => needsDisk(plan))) await shop.disks.ready()
  await fetchContents(shop.sources, job.repository, contentsOf(plans), folder)
  work.record = {
    ...work.record,
    state: 'building',
    attempt: job.attempt,
    reason: undefined,
    services: planned.map(merged),
  }
  const announced = announce(shop, work)
  // Where it breaks every build is ended, and only then is it thrown: they write to the folder.
  announced.catch(() => {})
  const parts = await Promise.all(planned.map((part) => build(shop, work, job, part, folder, announced)))
  await announced
  if (parts.some((part) => part.failure)) return hold(shop, work, parts)
  await mustBeOurs(shop, work)
  const staged = parts.filter(({ plan }) => plan.verdict === 'build')
  await Promise.all(staged.map((part) => shop.ledger.writeBuild(part.record)))
  const published = await publish(shop, work, async () => {
    const checked = await Promise.all(parts.map((part) => check(shop, job, part)))
    parts.splice(0, parts.length, ...checked)
    return checked.some((part) => part.failure) ? undefined : checked.map(merged)
  })
  return published ?? hold(shop, work, unlessCancelled(work, parts))
}

/** What a merge that is cancelled would have published fails for it; all of it where that is nothing new. */
function unlessCancelled({ cancelled }: Work, parts: Part[]): Part[] {
  if (!cancelled.aborted || parts.some((part) => part.failure)) return parts
  const made = parts.filter(({ record }) => !isPublished(record))
  const ended = made.length > 0 ? made : parts
  return parts.map((part) =>
    ended.includes(part) ? { ...part, failure: toFailure(cancelled.reason) } : part,
  )
}

function needsDisk({ verdict, entry }: Plan): boolean {
  return verdict === 'build' && entry.type === 'AMI'
}

/** What the ledger says of an earlier attempt. */
function recorded({ ledger }: Workshop, { service, id }: BuildRecord): Promise<BuildRecord | undefined> {
  return ledger.build(service, id)
}

function begin(shop: Workshop, work: Work, job: Job, plan: Plan, before: BuildRecord | undefined): Part {
  const fresh = newBuild(job, plan.entry)
  if (plan.verdict === 'refused') return { plan, record: fresh, failure: plan.failure }
  const record = { ...fresh, source: plan.source, logs: before?.logs ?? [] }
  if ((work.record.interruptions ?? 0) >= INTERRUPTIONS)
    return { plan, record, failure: new Failure('gave_up') }
  if (plan.verdict === 'build') return { plan, record }
  // Once more what this very merge has built: its record says more than `unchanged`.
  if (before?.state === 'built' && before.digest === plan.digest) return { plan, record: before }
  const finished = new Date(shop.now()).toISOString()
  return { plan, record: { ...record, state: 'unchanged', ...standsOf(plan), finished } }
}

/** Says that a merge is being built: no build waits for it, and none comes to its end without it. */
async function announce(shop: Workshop, work: Work): Promise<void> {
  await writeMerge(shop, work, work.record)
  shop.statuses.tell(work.record)
  // Only a hint: nothing waits for whoever takes it.
  void shop.tellBadge(work.record.known)
}

async function build(
  shop: Workshop,
  work: Work,
  job: Job,
  part: Part,
  folder: string,
  announced: Promise<void>,
): Promise<Part> {
  if (part.plan.verdict !== 'build') return written(shop, part, announced)
  const todo: ToBuild = part.plan
  // One that cannot even write its record ends like the others: their builds must not run on unseen.
  const built = await inSlot(shop.slots, work.cancelled, () => {
    const ours = () => announced.then(() => mustBeOurs(shop, work))
    return buildService(shop, job, todo, part.record, folder, ours)
  }).catch((thrown: unknown): Built => ({ record: part.record, failure: toFailure(thrown) }))
  return { ...part, ...built }
}

/** What is unchanged is written while the others are built. */
async function written(shop: Workshop, part: Part, announced: Promise<void>): Promise<Part> {
  try {
    await announced
    await shop.ledger.writeBuild(part.record)
    return part
  } catch (thrown) {
    return { ...part, failure: toFailure(thrown) }
  }
}

/** Under the lock: another repository's method call, or an older merge, may have published since the plan. */
async function check(shop: Workshop, job: Job, part: Part): Promise<Part> {
  if (part.plan.verdict === 'unchanged') return standsStill(shop, part, part.plan.tags)
  if (part.plan.verdict !== 'build') return part
  const { entry, context, source } = part.plan
  try {
    const now = await versioned(shop, job, entry, context, source)
    if (now.verdict === 'build' && now.stands && now.stands.digest !== part.record.digest)
      return overtaken(part)
    if (now.verdict !== 'unchanged') return part
    const record: BuildRecord = { ...part.record, state: 'unchanged', ...standsOf(now) }
    await shop.ledger.writeBuild(record)
    return { ...part, record }
  } catch (thrown) {
    return { ...part, failure: toFailure(thrown) }
  }
}

/** What was found unchanged may be a tag that moves, and has moved since. */
async function standsStill({ registry }: Workshop, part: Part, tags: string[] = []): Promise<Part> {
  const { service, version, digest, disk } = part.record
  const found = await Promise.all([version, ...tags].map((tag) => registry.head(service, tag)))
  const still =
    found.every((one) => one === digest) &&
    (disk === undefined || (await registry.head(service, diskTag(version))) === disk.digest)
  return still ? part : overtaken(part)
}

function overtaken(part: Part): Part {
  const { service, version } = part.record
  return { ...part, failure: new Failure('registry_error', places.moved(`${service}:${version}`)) }
}

/** One failed: it says why, the others are held for it, nothing is published. */
async function hold(shop: Workshop, work: Work, parts: Part[]): Promise<MergeRecord> {
  await mustBeOurs(shop, work)
  const failed = parts.filter((part) => part.failure)
  const first = failed[0] as Part
  const reason = refusals.ofService(first.record.service, String(first.failure?.message))
  const ended = parts.map((part) => ({ ...part, record: conclusion(shop, part, reason) }))
  // Another's name: the claimant's record says it, the owner's history does not.
  const own = ended.filter(({ failure }) => failure?.code !== 'name_owned')
  await fewAtOnce(own, ({ record }) => shop.ledger.writeBuild(record))
  const final = failed.some((part) => part.failure?.outcome === 'failed')
  return {
    ...work.record,
    state: final ? 'failed' : 'error',
    code: (failed.find((part) => part.failure?.outcome === 'failed') ?? first).failure?.code,
    reason,
    services: ended.map(merged),
    finished: new Date(shop.now()).toISOString(),
  }
}
