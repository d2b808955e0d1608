import { isOf } from '../shared/branches.ts'
import { toFailure } from '../shared/failure.ts'
import { log } from '../shared/log.ts'
import { allowed, exactNames } from '../shared/repositories.ts'
import { acceptMerge } from './accept-merge.ts'
import { committedAt } from './confirm.ts'
import { currentName } from './current-name.ts'
import { trimCache } from './engine-cache.ts'
import { claimOf, type Place } from './missed.ts'
import { missedSince } from './missed-since.ts'
import { sweep } from './sweep.ts'
import { takeUp } from './take-up.ts'
import type { Workshop } from './workshop.ts'

/** Merges of one branch that one catch-up starts. */
const STARTED = 10

/** Questions an hour without a token; GitHub allows 60 for everything, builds included. */
const HOURLY = 20
/** An idle branch costs two: its pull requests, its commits. */
const QUESTIONS = 2

/** A repository may well have one of the branches only: it is asked about another so often, in ms. */
const ABSENT_MS = 600_000

const asked = new Map<string, number>()
const absent = new Map<string, number>()
const ids = new Map<string, number>()

/**
 * Finds what nobody has told us of: deliveries that were never sent, were sent while everything was down, or fell
 * out of the queue. Sets are compared, not dates: what GitHub shows as merged since the branch was first seen, minus
 * what has a record. Gives what was started, as `owner/repo sha`.
 */
export async function catchUp(shop: Workshop): Promise<string[]> {
  shop.statuses.retry()
  const began = shop.uptime()
  const started = await takeUp(shop)
  await sweep(shop)
  // Nobody waits for these: the timer wants its answer within seconds.
  void shop.engines.lookAgain()
  void trimCache(shop)
  const repositories = await known(shop)
  const asking = repositories.length * shop.config.branches.length * QUESTIONS
  const pause = (await shop.access.identity()) ? 0 : (asking * 3_600_000) / HOURLY
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
  const all = await shop.ledger.repositoryIds()
  const ledger = await Promise.all(all.map((id) => shop.ledger.lastName(id)))
  const names = [...ledger.filter((name) => name !== undefined), ...exactNames(shop.config.repositories)]
  const wanted = names.filter((name) => allowed(shop.config.repositories, name))
  return [...new Map(wanted.map((name) => [name.toLowerCase(), name])).values()]
}

async function missed(shop: Workshop, repository: string, seen: Set<number>): Promise<string[]> {
  const repositoryId = ids.get(repository) ?? (await idOf(shop, repository))
  // Renamed, it may still be asked for by both names.
  if (repositoryId === undefined || seen.has(repositoryId)) return []
  seen.add(repositoryId)
  const starts = await shop.ledger.starts(repositoryId)
  const { branches } = shop.config
  if (Object.keys(starts).some((branch) => !branches.includes(branch)))
    await shop.ledger.changeStarts(repositoryId, (known) => known)
  const begun: string[] = []
  for (const branch of branches) {
    const place = { repositoryId, repository, branch }
    const start = starts[branch]
    if (start !== undefined) begun.push(...(await makeUp(shop, place, start)))
    else if (Object.keys(starts).length === 0 || !isAbsent(shop, place))
      begun.push(...(await connect(shop, place)))
  }
  return begun
}

async function makeUp(shop: Workshop, place: Place, start: number): Promise<string[]> {
  const begun = (await missedSince(shop, place, start)).slice(0, STARTED)
  for (const merge of begun) await acceptMerge(shop, claimOf(place, merge))
  return begun.map(({ sha }) => sha)
}

async function idOf(shop: Workshop, repository: string): Promise<number | undefined> {
  const known = await shop.github.repository(repository)
  if (known === undefined) return undefined
  currentName(shop.config.repositories, repository, known.full_name)
  ids.set(repository, known.id)
  return known.id
}

/** A branch that is seen for the first time: its head is its first merge, whatever else it was merged into. */
async function connect(shop: Workshop, place: Place): Promise<string[]> {
  const { repositoryId, repository, branch } = place
  const head = await shop.github.commit(repository, branch)
  if (head === undefined) {
    absent.set(placed(place), shop.uptime())
    return []
  }
  const time = committedAt(head, shop.now())
  const before = await shop.ledger.merge(repositoryId, head.sha)
  const known = before !== undefined && isOf(before, branch)
  if (!known) await acceptMerge(shop, claimOf(place, head), true)
  await shop.ledger.changeStarts(repositoryId, (starts) => ({ ...starts, [branch]: time }))
  return known ? [] : [head.sha]
}

function isAbsent(shop: Workshop, place: Place): boolean {
  return shop.uptime() - (absent.get(placed(place)) ?? Number.NEGATIVE_INFINITY) < ABSENT_MS
}

function placed({ repositoryId, branch }: Place): string {
  return `${repositoryId} ${branch}`
}
