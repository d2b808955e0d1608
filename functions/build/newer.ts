import { isPublished } from '../shared/build-record.ts'
import type { Workshop } from './workshop.ts'

/**
 * Whether a merge that is newer than `time` (ms) has published this version or tag of the service: a movable tag never
 * goes back. All newer records are looked at, not the last published one, which may be of another version.
 */
export async function newerHas(
  ledger: Workshop['ledger'],
  service: string,
  version: string,
  time: number,
): Promise<boolean> {
  const found = await ledger.findBuild(
    service,
    (build) => isPublished(build) && (build.version === version || build.tags?.includes(version) === true),
    time,
  )
  return found !== undefined
}
