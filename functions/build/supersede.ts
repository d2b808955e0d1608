import { branchesOf, isOf } from '../shared/branches.ts'
import { diskTag } from '../shared/disk.ts'
import { Failure } from '../shared/failure.ts'
import type { Entry } from '../shared/images.ts'
import type { Plan } from './plan.ts'
import * as refusals from './words/refusals.ts'
import type { Work } from './works.ts'
import type { Workshop } from './workshop.ts'

/**
 * Ends merges that wait for a slot where a newer one of their repository moves every tag that they would: what they
 * build would be replaced as soon as it stood. Asked once a merge's services are planned and before any of them waits
 * for a slot, for it may be either of the two: before that it might yet turn out to move nothing.
 */
export function supersede(
  { works, config }: Pick<Workshop, 'works' | 'config'>,
  work: Work,
  plans: Plan[],
): void {
  work.moves = movesOf(
    plans.map(({ entry }) => entry),
    config.mutableTags,
  )
  work.waits = plans.some(({ verdict }) => verdict === 'build')
  for (const other of works.of(work.record.repositoryId)) {
    if (takesPlaceOf(other, work)) end(work, other)
    if (takesPlaceOf(work, other)) end(other, work)
  }
}

/** What entries write, as `service:tag`, where all of it may move; undefined where something is a promise. */
function movesOf(entries: Entry[], mutable: RegExp): ReadonlySet<string> | undefined {
  const tagsOf = ({ version, tags = [] }: Entry) => [version, ...tags]
  if (!entries.flatMap(tagsOf).every((tag) => mutable.test(tag))) return undefined
  const written = entries.flatMap((entry) => {
    const disks = entry.type === 'AMI' ? [diskTag(entry.version)] : []
    return [...tagsOf(entry), ...disks].map((tag) => `${entry.service_name}:${tag}`)
  })
  return new Set(written)
}

function takesPlaceOf(newer: Work, older: Work): boolean {
  const { record, moves, cancelled } = newer
  const failed = record.state === 'failed' || record.state === 'error'
  if (moves === undefined || cancelled.aborted || failed) return false
  if (older.moves === undefined || !older.waits) return false
  const { time = 0 } = older.record
  // On a branch that the newer one did not come to, nothing would take its place.
  const covers = branchesOf(older.record).every((branch) => isOf(record, branch))
  return covers && (record.time ?? 0) > time && [...older.moves].every((tag) => moves.has(tag))
}

function end(older: Work, { record }: Work): void {
  older.cancel(new Failure('superseded', refusals.superseded(record.sha)))
}
