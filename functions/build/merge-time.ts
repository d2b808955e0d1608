import type { MergeRecord } from '../shared/merge-record.ts'
import type { Workshop } from './workshop.ts'

/** GitHub's times are whole seconds. To one belongs what is less than this before it, or after it, in ms. */
const HALF_MS = 500

type Told = Pick<MergeRecord, 'sha' | 'time'>
type Dated = Told & { time: number }

/**
 * When a merge was made, in ms since 1970, such that later merges of a repository have later times. The first that
 * is heard of in a second of GitHub's has that time; the history puts the others before or after it, at most half a
 * second away, so that none comes among those of the next second, whenever it is told. `newest` is the ledger's newest
 * merge of the repository, `inWork` are the ones that this process works on, taken before `newest` was read: one
 * that ends in between is in the ledger.
 */
export async function mergeTime(
  shop: Workshop,
  merge: MergeRecord,
  time: number,
  newest: MergeRecord | undefined,
  inWork: MergeRecord[],
): Promise<number> {
  const second = secondOf(time)
  const { repository, sha } = merge
  const known = [...(await recorded(shop, merge, second, newest)), ...inWork]
  const others = [...new Map(known.map((record) => [record.sha, record])).values()].filter(isDated)
  const near = others.filter((other) => other.sha !== sha && secondOf(other.time) === second)
  if (near.length === 0) return time
  let next = second + HALF_MS
  let before: number | undefined
  for (const other of near.sort((a, b) => b.time - a.time)) {
    const compared = await shop.github.compare(repository, other.sha, sha)
    const after = compared ? compared.ahead_by - compared.behind_by : 0
    if (after >= 0) return other.time + step(next - other.time, after, before)
    next = other.time
    before = -after
  }
  return next - step(next - (second - HALF_MS), before ?? 0)
}

/**
 * How far a merge comes from the one that is `commits` away, with `room` ms to the next one, which is `rest` away: a
 * millisecond a commit, as long as that leaves room for what may yet come between. The second's ends count as just
 * as far away.
 */
function step(room: number, commits: number, rest = commits): number {
  const all = commits + rest
  return Math.max(1, all <= room ? commits : Math.floor((room * commits) / all))
}

/**
 * A merge that comes late may be of the same second as one that is long over. Otherwise only what is not settled
 * matters: `newest` may be behind it, where a process or a write ended between the two tags of a record.
 */
async function recorded(
  { ledger, works }: Workshop,
  { repositoryId, sha: own }: MergeRecord,
  second: number,
  newest: MergeRecord | undefined,
): Promise<Told[]> {
  const late = second <= secondOf(newest?.time ?? 0)
  const shas = (await ledger.mergeShas(repositoryId)).filter((sha) => sha !== own)
  const records = await Promise.all(
    shas.map((sha): Promise<Told | undefined> | Told | undefined => {
      const merge = { repositoryId, sha }
      if (!works.settled(merge)) return ledger.merge(repositoryId, sha)
      // Settled ones keep their time: none of them is read for it.
      return late ? { sha, time: works.settledTime(merge) } : undefined
    }),
  )
  return [...(newest ? [newest] : []), ...records.filter((record) => record !== undefined)]
}

function isDated(record: Told): record is Dated {
  return record.time !== undefined
}

/** GitHub's whole second that a merge's time belongs to; both in ms. */
export function secondOf(time: number): number {
  return Math.round(time / 1000) * 1000
}
