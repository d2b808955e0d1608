import { type BuildRecord, isPublished } from '../shared/build-record.ts'
import { Failure } from '../shared/failure.ts'
import type { MergedService } from '../shared/merge-record.ts'
import { type Job, newBuild } from './job.ts'
import { type Plan, standsOf } from './plan.ts'
import * as refusals from './words/refusals.ts'
import type { Work } from './works.ts'
import type { Workshop } from './workshop.ts'

/** A merge whose builds the process did not survive so often is not tried again: it may be what ends it. */
const INTERRUPTIONS = 5

/** One service on its way: what was planned, and how far it came. */
export type Part = { plan: Plan; record: BuildRecord; failure?: Failure | undefined }
export type Failed = Part & { failure: Failure }

/** A service as it was planned; `before` is what the ledger says of an earlier attempt. */
export function begin(
  shop: Workshop,
  work: Work,
  job: Job,
  plan: Plan,
  before: BuildRecord | undefined,
): Part {
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

/** The record of a service whose merge publishes nothing, for `reason`. */
export function conclusion(shop: Workshop, { record, failure }: Part, reason: string): BuildRecord {
  const finished = record.finished ?? new Date(shop.now()).toISOString()
  if (failure)
    return {
      ...record,
      ami: undefined,
      state: failure.state,
      reason: failure.message,
      finished,
    }
  // It moved no tag: an older merge may have it yet.
  if (record.state === 'unchanged') return { ...record, tags: undefined }
  if (isPublished(record)) return record
  // What was put up at AWS for it is taken away again.
  return { ...record, ami: undefined, state: 'held', reason: refusals.held(reason), finished }
}

/** What the merge's record says of it. */
export function merged({ record }: Part): MergedService {
  const { service: name, version, type, tags, state, id: build, digest, disk, reason } = record
  return {
    name,
    version,
    ...(type === 'AMI' && { type }),
    ...(tags && { tags }),
    state,
    build,
    ...(digest && { digest }),
    ...(disk && { disk: disk.digest }),
    ...(reason && { reason }),
  }
}
