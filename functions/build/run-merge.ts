import { branchesOf } from '../shared/branches.ts'
import { Failure, toFailure } from '../shared/failure.ts'
import { type Entry, parseImages } from '../shared/images.ts'
import { log } from '../shared/log.ts'
import { isFinal, type MergeRecord } from '../shared/merge-record.ts'
import { buildMerge } from './build-merge.ts'
import { cancelled, isCancelled } from './cancelled.ts'
import { type Confirmed, confirm, notAfter } from './confirm.ts'
import { currentName } from './current-name.ts'
import { withNotice } from './ending.ts'
import type { Job } from './job.ts'
import { mergeTime } from './merge-time.ts'
import { prune } from './prune.ts'
import { canRollForward, conclude, rollForward } from './publish.ts'
import { OtherProcess, writeMerge } from './sole-writer.ts'
import { type Source, withSource } from './source.ts'
import { clearEngine, clearMerge } from './sweep.ts'
import { toldOf } from './tell-badge.ts'
import type { Work } from './works.ts'
import type { Workshop } from './workshop.ts'

/** How a merge left this process: as a record, as an ordinary push, or to another process that works on it. */
type Ended = MergeRecord | 'ignored' | 'left'

/**
 * One merge, from the claim to its end: is it merged, what does images.json say, may all of it be built, build all
 * of it, publish all of it or nothing. Never rejects: how it ended stands in the ledger. What fails before a
 * build began waits as `queued` with the reason; the catch-up calls again.
 */
export async function runMerge(shop: Workshop, work: Work): Promise<void> {
  for (;;) {
    const claimed = work.record.pullRequest
    const ended = await advance(shop, work)
      .catch((thrown: unknown) => stopped(shop, work, thrown))
      .then((end) => recorded(shop, work, end))
    // An ordinary push that a pull request has meanwhile claimed is a squash merge: once more, with that claim.
    if (ended === 'ignored' && work.record.pullRequest !== claimed) continue
    if (ended === 'ignored') shop.works.ignore(work.record)
    else if (ended === 'left') shop.works.leave(work.record, shop.uptime())
    else work.record = ended
    // Before the tidying, which nobody who looks at the badge waits for.
    if (typeof ended !== 'string') void shop.tellBadge(toldOf(ended))
    await tidy(shop, work, ended)
    shop.works.end(work)
    shop.metrics.mergeEnded(work.record, ended)
    return report(shop, work.record, typeof ended === 'string' ? ended : ended.state)
  }
}

/** Writes how it ended; a write that fails leaves the record as it was, for the catch-up. */
async function recorded(shop: Workshop, work: Work, ended: Ended): Promise<Ended> {
  try {
    if (ended === 'ignored') await shop.ledger.forgetMerge(work.record)
    else if (ended !== 'left') {
      // One that is built has been written as such, with what is to be told of it, before it came here.
      const record = ended.state === 'failed' ? await withNotice(shop, ended) : ended
      await writeMerge(shop, work, record)
      shop.works.remember(record)
      return record
    }
  } catch (error) {
    if (error instanceof OtherProcess) return 'left'
    log('ledger_failed', { merge: work.record.sha, error })
  }
  return ended
}

/**
 * What is over leaves nothing behind. Of a merge that another process works on only if that one is done; a record of
 * a service that this one was just writing then lies over the other's.
 */
async function tidy(shop: Workshop, work: Work, ended: Ended): Promise<void> {
  if (ended === 'ignored') return
  const { repositoryId, sha, services } = work.record
  const record = ended === 'left' ? await shop.ledger.merge(repositoryId, sha).catch(() => undefined) : ended
  if (record === undefined || !(isFinal(record) || record.state === 'error')) return
  if (ended === 'left')
    for (const service of record.services)
      await conclude(shop, service).catch((error: unknown) => log('ledger_failed', { merge: sha, error }))
  await clearMerge(shop, { ...record, services })
}

async function report(shop: Workshop, record: MergeRecord, state: string): Promise<void> {
  const { repository, sha, reason } = record
  log('merge_ended', { repository, sha, state, reason })
  if (state === 'ignored' || state === 'left') return
  shop.statuses.tell(record)
  shop.notices.tell(record)
  await prune(shop, record).catch((error: unknown) => log('prune_failed', { sha, error }))
}

async function advance(shop: Workshop, work: Work): Promise<MergeRecord | 'ignored'> {
  if (work.record.state === 'publishing' && (await canRollForward(shop, work.record)))
    return rollForward(shop, work)
  // What was staged is gone from the registry: built again, and what was published already is found unchanged.
  if (work.record.state === 'publishing') work.record = { ...work.record, state: 'queued' }
  await shop.engines.ready()
  shop.room.need()
  // Where an attempt was interrupted between build and push, its image would lose its name to the next one.
  for (const { name } of work.record.services) await clearEngine(shop, name, work.record.sha)
  const confirming = confirm(shop.github, work.record, shop.now())
  // What a pull request claims is asked for meanwhile; an ordinary push has nothing that anybody wants.
  if (work.record.pullRequest === undefined && (await confirming) === 'ignored') return 'ignored'
  confirming.catch(() => {})
  return withSource(shop, work.record, (from) => proceed(shop, work, confirming, from))
}

/** Goes on with what GitHub confirms, while the source is on its way. */
async function proceed(
  shop: Workshop,
  work: Work,
  confirming: Promise<Confirmed | 'ignored'>,
  from: Source,
): Promise<MergeRecord | 'ignored'> {
  const images = shop.github.images(work.record.repository, work.record.sha)
  // What breaks before the merge is dated is looked at after.
  images.catch(() => {})
  const confirmed = await confirming
  if (confirmed === 'ignored') return 'ignored'
  const named = currentName(shop.config.repositories, work.record.repository, confirmed.repository)
  work.record = { ...work.record, repository: named }
  const { committed, title, time: dated } = await date(shop, work, confirmed)
  work.cancelled.throwIfAborted()
  // Asked for before GitHub showed the commit, it may be there now.
  const found = (await images) ?? (await shop.github.images(named, work.record.sha))
  const entries = entriesOf(work.record, found)
  if (entries === 'none') return 'ignored'
  work.record = { ...work.record, known: entries.map((entry) => entry.service_name) }
  const { repositoryId, repository, branch, sha, pullRequest, queued, time = dated } = work.record
  const attempt = work.record.attempt + 1
  const untold = await shop.statuses.untold(repository)
  const job: Job = {
    repositoryId,
    repository,
    branch,
    sha,
    time,
    committed,
    pullRequest,
    title,
    untold,
    manual: false,
    attempt,
    queued,
    cancelled: work.cancelled,
  }
  return buildMerge(shop, work, job, entries, from)
}

/** The first confirmation dates a merge for ever. One after another: each sees the dates before its own. */
function date(shop: Workshop, work: Work, confirmed: Confirmed): Promise<Confirmed> {
  return shop.dating(async () => {
    const { repositoryId, time: before } = work.record
    const [branch] = branchesOf(work.record)
    const inWork = shop.works.records(repositoryId)
    const [newest, shas] = await Promise.all([
      shop.ledger.newest(repositoryId, branch),
      before === undefined ? shop.ledger.mergeShas(repositoryId) : [],
    ])
    // Where our clock was set back, later merges must not become older than the newest.
    const dated = notAfter(confirmed, Math.max(shop.now(), newest?.time ?? 0))
    const time = before ?? (await mergeTime(shop, work.record, dated.time, { newest, shas, inWork }))
    const { pullRequest, private: hidden } = dated
    const after = work.record.after ?? (newest?.sha === work.record.sha ? undefined : newest?.sha)
    work.record = { ...work.record, time, pullRequest, private: hidden, known: newest?.known ?? [], after }
    work.date()
    // The first merge that we hear of is where a branch starts: what was merged before it is none of ours.
    if (newest === undefined && (await shop.ledger.starts(repositoryId))[branch] === undefined)
      await shop.ledger.changeStarts(repositoryId, (starts) => ({ [branch]: time, ...starts }))
    return dated
  })
}

/** What images.json says; 'none' where the repository never had one: it is none of ours. */
function entriesOf(record: MergeRecord, bytes: Buffer | undefined): Entry[] | 'none' {
  if (bytes !== undefined) return parseImages(bytes)
  if (record.known.length > 0) throw new Failure('images_missing')
  return 'none'
}

/** What a Failure outside of the builds makes of the merge's record. */
async function stopped(shop: Workshop, work: Work, thrown: unknown): Promise<Ended> {
  if (thrown instanceof OtherProcess) return 'left'
  if (isCancelled(work)) return cancelled(shop, work)
  const { record } = work
  const failure = toFailure(thrown)
  const { code, message: reason } = failure
  if (failure.code === 'internal') log('merge_broke', { sha: record.sha, cause: failure.cause })
  // What is being published is never taken back, and what had not begun has lost nothing.
  if (record.state === 'publishing') {
    // If the answer to its very last record was lost, it is over, and nobody takes it up to tidy.
    shop.works.untidy = true
    return { ...record, code, reason }
  }
  if (failure.outcome === 'failed')
    return { ...record, state: 'failed', code, reason, finished: new Date().toISOString() }
  return record.state === 'building'
    ? { ...record, state: 'error', code, reason, finished: new Date().toISOString() }
    : { ...record, state: 'queued', code, reason }
}
