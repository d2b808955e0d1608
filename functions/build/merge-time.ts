import type { MergeRecord } from '../shared/merge-record.ts'
import type { Workshop } from './workshop.ts'

/** GitHub's times are whole seconds. To one belongs what is less than this before it, or after it, in ms. */
const HALF_MS = 500

type Told = Pick<MergeRecord, 'sha' | 'time'>
type Dated = Told & { time: number }

/**
 * What is known of a repository's merges: the ledger's newest one and the shas that have a record, both read after
 * `inWork` was taken, which are those that this process works on. One that ends in between is in the ledger.
 */
type Known = { newest: MergeRecord | undefined; shas: string[]; inWork: MergeRecord[] }

/**
 * When a merge was made, in ms since 1970, such that later merges of a repository have later times. The first that
 * is heard of in a second of GitHub's has that time; the history puts the others before or after it, at most half a
 * second away, so that none comes among those of the next second, whenever it is told.
 */
export async function mergeTime(
  shop: Workshop,
  merge: MergeRecord,
  time: number,
  { newest, shas, inWork }: Known,
): Promise<number> {
  const second = secondOf(time)
  const { repositoryId, repository, sha } = merge
  const told = [...(newest ? [newest] : []), ...inWork].filter(isDated)
  const others = shas.filter((other) => other !== sha && !told.some((one) => one.sha === other))
  const known = [...(await recorded(shop, repositoryId, others)), ...told]
  const dated = [...new Map(known.map((record) => [record.sha, record])).values()].filter(isDated)
  const near = dated.filter((other) => other.sha !== sha && secondOf(other.time) === second)
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

/** Of all merges, but read are only those whose time this process does not know. */
async function recorded({ ledger, works }: Workshop, repositoryId: number, shas: string[]): Promise<Told[]> {
  const told = shas.map((sha) => ({ sha, time: works.timeOf({ repositoryId, sha }) }))
  const unknown = told.filter((one) => !isDated(one)).map(({ sha }) => sha)
  return [...told.filter(isDated), ...(await ledger.readMerges(repositoryId, unknown))]
}

function isDated(record: Told): record is Dated {
  return record.time !== undefined
}

/** GitHub's whole second that a merge's time belongs to; both in ms. */
export function secondOf(time: number): number {
  return Math.round(time / 1000) * 1000
}
