import { isOf } from '../shared/branches.ts'
import { type Commit, PAGE } from './github.ts'
import { lineOf, type Place, type Shown, shownMerges } from './missed.ts'
import type { Workshop } from './workshop.ts'

/** Pages of GitHub's lists that are read. */
const PAGES = 3

type Missed = Pick<Shown, 'sha' | 'pullRequest'>

/** What GitHub shows as merged into a branch since `start` (ms since 1970), minus what has a record of that branch. */
export async function missedSince(shop: Workshop, place: Place, start: number): Promise<Missed[]> {
  const { pulls, line } = await shownOf(shop, place, start)
  const shown = shownMerges(pulls, line, place, start)
  const recorded = new Set(await shop.ledger.mergeShas(place.repositoryId))
  const unknown = await unknownOf(shop, place, shown, recorded)
  const all = [...unknown, ...fromElsewhere(shop, place, shown, line, recorded)]
  return [...new Map(all.map((merge) => [merge.sha, merge])).values()]
}

async function unknownOf(
  { works, ledger }: Workshop,
  { repositoryId }: Place,
  shown: Shown[],
  recorded: ReadonlySet<string>,
): Promise<Missed[]> {
  const unknown: Missed[] = []
  for (const merge of shown) {
    const { sha } = merge
    const named = { repositoryId, sha }
    // takeUp has just settled what is final: those need not be read once more, every minute.
    if (works.settled(named) || works.find(named)) continue
    // An ordinary push is none of ours; the same commit is, once GitHub shows it as a pull request's merge.
    if (works.ignored(named) && merge.pullRequest === undefined) continue
    // A claim that GitHub did not confirm at its time says nothing about now.
    if (!recorded.has(sha) || (await ledger.merge(repositoryId, sha))?.time === undefined) unknown.push(merge)
  }
  return unknown
}

/**
 * What was merged into another branch and has come to this one since, as it was: the last of it is what the badge goes
 * by. Whatever else `git merge` has brought here is no merge into this branch.
 */
function fromElsewhere(
  { works }: Workshop,
  { repositoryId, branch }: Place,
  shown: Shown[],
  line: Commit[],
  recorded: ReadonlySet<string>,
): Missed[] {
  const last = line.find(({ sha }) => recorded.has(sha))
  const pulled = shown.filter(({ pullRequest }) => pullRequest !== undefined)
  return [...(last ? [{ sha: last.sha }] : []), ...pulled].filter(({ sha }) => {
    const settled = works.settled({ repositoryId, sha })
    return settled && !isOf(settled, branch)
  })
}

/** The closed pull requests of a branch and its line of commits. */
async function shownOf({ github }: Workshop, { repository, branch }: Place, start: number) {
  const pulls = await pages(
    (page) => github.closedPulls(repository, branch, page),
    (pull) => Date.parse(pull.updated_at ?? '') < start,
  )
  const commits = await pages(
    (page) => github.commits(repository, branch, start, page),
    () => false,
  )
  return { pulls, line: lineOf(commits) }
}

/** Reads a list page by page until it ends or is `past` what matters. */
async function pages<T>(read: (page: number) => Promise<T[]>, past: (entry: T) => boolean): Promise<T[]> {
  const all: T[] = []
  for (let page = 1; page <= PAGES; page += 1) {
    const entries = await read(page)
    all.push(...entries)
    if (entries.length < PAGE || entries.some(past)) break
  }
  return all
}
