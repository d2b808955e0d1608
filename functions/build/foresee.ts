import { toFailure } from '../shared/failure.ts'
import { parseImages } from '../shared/images.ts'
import type { Foresight } from './foresight.ts'
import type { Job } from './job.ts'
import { type Lookout, type Naming, plan } from './plan.ts'
import type { Source } from './source.ts'

/**
 * What a merge of this commit would do, by the very code that does it, without building or writing anything.
 * `withSource` lends the source for as long as it is looked at. What would pass by itself is a Failure.
 */
export async function foresee(
  shop: Lookout,
  job: Job,
  images: Buffer,
  withSource: (look: (from: Source) => Promise<Foresight>) => Promise<Foresight>,
  naming: Naming,
): Promise<Foresight> {
  try {
    const entries = parseImages(images)
    return await withSource(async (from) => ({
      plans: await plan(shop, job, entries, from, { naming, keep: false }),
    }))
  } catch (thrown) {
    const failure = toFailure(thrown)
    if (failure.outcome !== 'failed') throw failure
    return { problem: failure.message }
  }
}
