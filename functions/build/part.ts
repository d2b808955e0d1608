import { type BuildRecord, isPublished } from '../shared/build-record.ts'
import type { Failure } from '../shared/failure.ts'
import type { MergedService } from '../shared/merge-record.ts'
import type { Plan } from './plan.ts'
import * as refusals from './words/refusals.ts'
import type { Workshop } from './workshop.ts'

/** One service of a merge on its way: what was planned, and how far it came. */
export type Part = { plan: Plan; record: BuildRecord; failure?: Failure | undefined }

/** How a service ends whose merge publishes nothing: it failed itself, or is held for the `reason`. */
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

/** What a merge's record says of a service. */
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
