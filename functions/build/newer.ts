import { type BuildRecord, isPublished } from '../shared/build-record.ts'
import type { Workshop } from './workshop.ts'

/**
 * Whether a merge that is newer than `time` (ms) has published this version or tag of the service: a movable tag never
 * goes back. All newer records are looked at, not the last published one, which may be of another version. What was
 * published as `own` takes nothing away: a tag beside that version stays with it.
 */
export async function newerHas(
  ledger: Workshop['ledger'],
  service: string,
  version: string,
  time: number,
  own?: string,
): Promise<boolean> {
  const has = (build: BuildRecord) =>
    build.version === version || (build.version !== own && build.tags?.includes(version) === true)
  const found = await ledger.findBuild(service, (build) => isPublished(build) && has(build), time)
  return found !== undefined
}
