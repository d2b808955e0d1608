import { toFailure } from '../shared/failure.ts'
import { log } from '../shared/log.ts'
import { allowed, exactNames } from '../shared/repositories.ts'
import { acceptMerge } from './accept-merge.ts'
import { committedAt } from './confirm.ts'
import { currentName } from './current-name.ts'
import { PAGE } from './github.ts'
import { claimOf, type Shown, shownMerges } from './missed.ts'
import { sweep } from './sweep.ts'
import { takeUp } from './take-up.ts'
import type { Workshop } from './workshop.ts'

/** Merges of one repository that one catch-up starts, and pages of GitHub's lists that it reads. */
const STARTED = 10
const PAGES = 3

/** Questions an hour without a token; GitHub allows 60 for everything, builds included. */
const HOURLY = 20
/** An idle repository costs two: its pull requests, its commits. */
const QUESTIONS = 2

const asked = new Map<string, number>()
const ids = new Map<string, number>()

/**
 * Finds what nobody has told us of: deliveries that were never sent, were sent while everything was down, or fell
 * out of the queue. Sets are compared, not dates: what GitHub shows as merged since the repository was first seen,
 * minus what has a record. Gives what was started, as `owner/repo sha`.
 */
export async function catchUp(shop: Workshop): Promise<string[]> {
  shop.statuses.retry()
  const began = shop.uptime()
  const started = await takeUp(shop)
  await sweep(shop)
  const repositories = await known(shop)
  const pause = (await shop.access.identity()) ? 0 : (repositories.length * QUESTIONS * 3_600_000) / HOURLY
  const seen = new Set<number>()
  for (const repository of repositories) {
    if (shop.uptime() - (asked.get(repository) ?? Number.NEGATIVE_INFINITY) < pause) continue
    asked.set(repository, shop.uptime())
    // One repository that cannot be asked must not hide the others.
    const more = await missed(shop, repository, seen).catch((error: unknown) => {
      log('catch_up_failed', { repository, error })
      shop.metrics.failures.add(toFailure(error).code)
      return []
    })
    started.push(...more.map((sha) => `${repository} ${sha}`))
  }
  shop.metrics.caughtUp(shop.now(), shop.uptime() - began, started.length)
  return started
}

/** Every repository that has a merge, by the name that it had then, and the exact names of the allow-list. */
async function known(shop: Workshop): Promise<string[]> {
  const ledger = await Promise.all((await shop.ledger.repositoryIds()).map((id) => shop.ledger.newest(id)))
  const names = [...ledger.map((record) => record?.repository ?? ''), ...exactNames(shop.config.repositories)]
  const wanted = names.filter((name) => name !== '' && allowed(shop.config.repositories, name))
  return [...new Map(wanted.map((name) => [name.toLowerCase(), name])).values()]
}

async function missed(shop: Workshop, repository: string, seen: Set<number>): Promise<string[]> {
  const repositoryId = ids.get(repository) ?? (await idOf(shop, repository))
  // Renamed, it may still be asked for by both names.
  if (repositoryId === undefined || seen.has(repositoryId)) return []
  seen.add(repositoryId)
  const start = await shop.ledger.start(repositoryId)
  if (start === undefined) return connect(shop, repositoryId, repository)
  const shown = await shownSince(shop, repositoryId, repository, start)
  const unknown: Shown[] = []
  const recorded = new Set(await shop.ledger.mergeShas(repositoryId))
  for (const merge of shown) {
    const { sha } = merge
    const named = { repositoryId, sha }
    // takeUp has just settled what is final: those need not be read once more, every minute.
    if (shop.works.settled(named) || shop.works.find(named)) continue
    // An ordinary push is none of ours; the same commit is, once GitHub shows it as a pull request's merge.
    if (shop.works.ignored(named) && merge.pullRequest === undefined) continue
    // A claim that GitHub did not confirm at its time says nothing about now.
    if (!recorded.has(sha) || (await shop.ledger.merge(repositoryId, sha))?.time === undefined)
      unknown.push(merge)
  }
  const begun = unknown.slice(0, STARTED)
  for (const merge of begun) await acceptMerge(shop, claimOf(repositoryId, repository, merge))
  return begun.map(({ sha }) => sha)
}

async function idOf(shop: Workshop, repository: string): Promise<number | undefined> {
  const known = await shop.github.repository(repository)
  if (known === undefined) return undefined
  currentName(shop.config.repositories, repository, known.full_name)
  ids.set(repository, known.id)
  return known.id
}

/** A repository that is seen for the first time: the head of its branch is its first merge. */
async function connect(shop: Workshop, repositoryId: number, repository: string): Promise<string[]> {
  const { branch } = shop.config
  const head = await shop.github.commit(repository, branch)
  if (head === undefined) return []
  const time = committedAt(head, shop.now())
  const before = await shop.ledger.merge(repositoryId, head.sha)
  if (before === undefined) await acceptMerge(shop, claimOf(repositoryId, repository, head), true)
  await shop.ledger.writeStart(repositoryId, time)
  return before === undefined ? [head.sha] : []
}

async function shownSince(
  shop: Workshop,
  repositoryId: number,
  repository: string,
  start: number,
): Promise<Shown[]> {
  const { github, config } = shop
  const pulls = await pages(
    (page) => github.closedPulls(repository, config.branch, page),
    (pull) => Date.parse(pull.updated_at ?? '') < start,
  )
  const commits = await pages(
    (page) => github.commits(repository, config.branch, start, page),
    () => false,
  )
  return shownMerges(pulls, commits, repositoryId, config.branch, start)
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
