import { type BuildRecord, isPublished } from '../shared/build-record.ts'
import { diskTag } from '../shared/disk.ts'
import { Failure, toFailure } from '../shared/failure.ts'
import type { Entry } from '../shared/images.ts'
import type { MergeRecord } from '../shared/merge-record.ts'
import { type Built, buildService } from './build-service.ts'
import { orElsewhere } from './engine-lost.ts'
import { fewAtOnce } from './few-at-once.ts'
import { inSlot } from './in-slot.ts'
import { type Job, newBuild } from './job.ts'
import { fetchContents } from './lfs-contents.ts'
import { begin, conclusion, type Failed, merged, type Part } from './part.ts'
import { contentsOf, type Plan, plan, standsOf, type ToBuild, versioned } from './plan.ts'
import { mountAhead } from './promote.ts'
import { publish } from './publish.ts'
import { mustBeOurs, writeMerge } from './sole-writer.ts'
import type { Source } from './source.ts'
import { supersede } from './supersede.ts'
import * as places from './words/places.ts'
import * as refusals from './words/refusals.ts'
import type { Work } from './works.ts'
import type { Workshop } from './workshop.ts'

/** How a merge ends whose services ended differently: the first of these. */
const DECIDE = ['superseded', 'failed', 'error'] as const

/** Builds all services of a merge and publishes all or none of them. Gives the merge's record as it ends. */
export async function buildMerge(
  shop: Workshop,
  work: Work,
  job: Job,
  entries: Entry[],
  from: Source,
): Promise<MergeRecord> {
  const { folder } = from
  const [plans, before] = await Promise.all([
    plan(shop, job, entries, from),
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
  supersede(shop, work, plans)
  // No engine waits until this is written.
  const told = tellThatItBuilds(shop, work)
  const parts = await Promise.all(planned.map((part) => build(shop, work, job, part, { folder, told })))
  await told
  if (parts.some((part) => part.failure)) return hold(shop, work, parts)
  await mustBeOurs(shop, work)
  const staged = parts.filter(({ plan }) => plan.verdict === 'build')
  const mounts = staged.map(({ record }) => mountAhead(shop.registry, record.service, String(record.digest)))
  const written = Promise.all(staged.map((part) => shop.ledger.writeBuild(part.record)))
  // Where it breaks while older merges are waited for.
  written.catch(() => {})
  const published = await publish(shop, work, async () => {
    const checked = await Promise.all(parts.map((part) => check(shop, job, part)))
    await written
    parts.splice(0, parts.length, ...checked)
    return checked.some((part) => part.failure) ? undefined : checked.map(merged)
  }).finally(() => {
    for (const end of mounts) end()
  })
  return published ?? hold(shop, work, unlessCancelled(work, parts))
}

/** Writes that a merge builds; what cannot be written is thrown to all who wait for it. */
function tellThatItBuilds(shop: Workshop, work: Work): Promise<void> {
  const { record } = work
  const told = writeMerge(shop, work, record).then(() => {
    shop.statuses.tell(record)
    // Only a hint: no build waits for whoever takes it.
    void shop.tellBadge(record.known)
  })
  told.catch(() => {})
  return told
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

/** What a build has: the folder of its source, and the word in the ledger that its merge builds. */
type Given = { folder: string; told: Promise<void> }

async function build(
  shop: Workshop,
  work: Work,
  job: Job,
  part: Part,
  { folder, told }: Given,
): Promise<Part> {
  if (part.plan.verdict !== 'build') return unchanged(shop, part, told)
  const todo: ToBuild = part.plan
  // One that cannot even write its record ends like the others: their builds must not run on unseen.
  const built = await orElsewhere(shop.engines, part.record, (record) =>
    inSlot(shop.engines.slots, work.cancelled, () => {
      work.waits = false
      return buildService(shop, job, todo, record, folder, () => told.then(() => mustBeOurs(shop, work)))
    }).catch((thrown: unknown): Built => ({ record, failure: toFailure(thrown) })),
  )
  return { ...part, ...built }
}

/** What is unchanged is written while the others are built. */
function unchanged(shop: Workshop, part: Part, told: Promise<void>): Promise<Part> {
  const written = told.then(() => shop.ledger.writeBuild(part.record))
  return written.then(
    () => part,
    (thrown: unknown) => ({ ...part, failure: toFailure(thrown) }),
  )
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
  const failed = parts.filter((part): part is Failed => part.failure !== undefined)
  const [decisive] = DECIDE.flatMap((state) => failed.filter(({ failure }) => failure.state === state))
  const { record: one, failure } = decisive as Failed
  const { state, code, message } = failure
  const reason = refusals.ofService(one.service, message)
  const ended = parts.map((part) => ({ ...part, record: conclusion(shop, part, reason) }))
  // Another's name: the claimant's record says it, the owner's history does not.
  const own = ended.filter(({ failure }) => failure?.code !== 'name_owned')
  await fewAtOnce(own, ({ record }) => shop.ledger.writeBuild(record))
  return {
    ...work.record,
    state,
    code,
    reason,
    services: ended.map(merged),
    finished: new Date(shop.now()).toISOString(),
  }
}
