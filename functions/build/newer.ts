import type { Workshop } from './workshop.ts'

/**
 * Whether a merge that is newer than `time` (ms) has published this version of the service: a movable tag never goes
 * back. All newer records are looked at, not the last published one, which may be of another version.
 */
export async function newerHas(
  ledger: Workshop['ledger'],
  service: string,
  version: string,
  time: number,
): Promise<boolean> {
  const newer = (await ledger.buildIds(service)).filter((id) => Number(id.slice(0, 13)) > time)
  for (const id of newer) {
    const record = await ledger.build(service, id)
    if (record?.version === version && (record.state === 'built' || record.state === 'unchanged')) return true
  }
  return false
}
