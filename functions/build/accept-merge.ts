import { isOf } from '../shared/branches.ts'
import type { MergeRequest } from '../shared/build-request.ts'
import { Failure } from '../shared/failure.ts'
import { json, type Reply } from '../shared/http.ts'
import { log } from '../shared/log.ts'
import { isFinal, type MergeRecord } from '../shared/merge-record.ts'
import { allowed } from '../shared/repositories.ts'
import { joinBranch } from './join-branch.ts'
import { runMerge } from './run-merge.ts'
import * as answers from './words/answers.ts'
import type { Work } from './works.ts'
import type { Workshop } from './workshop.ts'

/** A pull request's redelivery this long after a merge ended is a person's wish to run it again, in ms. */
const REDELIVERY_MS = 5 * 60_000

/**
 * Takes a merge: answers 202 once its record is written, and works on detached, because every gateway, watchdog
 * and queue of a stock faasd cuts a call after a minute. The same merge again, by whatever way, is one record.
 */
export async function acceptMerge(shop: Workshop, request: MergeRequest, head?: boolean): Promise<Reply> {
  const { repository, repository_id: repositoryId, sha } = request
  const { repositories, branches } = shop.config
  if (!allowed(repositories, repository)) throw new Failure('not_allowed')
  if (request.branch !== undefined && !branches.includes(request.branch))
    throw new Failure('not_allowed', answers.otherBranch(request.branch, branches.join(' ')))
  if (request.delivered) shop.metrics.last.delivery = shop.now() / 1000
  const running = shop.works.find({ repositoryId, sha })
  if (running) {
    if (!(await isTakenBy(shop, running, request))) return acceptMerge(shop, request, head)
    return json(202, { accepted: answers.inWork(`${repository} ${sha}`) })
  }
  const work = shop.works.begin({ ...queuedRecord(shop, request), head })
  try {
    const before = await shop.ledger.merge(repositoryId, sha)
    if (before && isFinal(before) && !isOfIts(before, request)) {
      void join(shop, work, before, request)
      return json(202, { accepted: answers.joining(`${repository} ${sha}`, String(request.branch)) })
    }
    if (before && isFinal(before) && !wantedAgain(request, before)) {
      shop.works.end(work)
      return json(200, { already: before.state, repository, sha, reason: before.reason })
    }
    work.record = before
      ? resumed(before, work.record, request, await wasBuilding(shop, before))
      : work.record
    await shop.ledger.writeMerge(work.record)
    work.written = work.record
    work.promise()
  } catch (error) {
    shop.works.end(work)
    throw error
  }
  void runMerge(shop, work)
  return json(202, {
    accepted: answers.building(`${repository} ${sha}`),
    record: `merges/${repositoryId}:${sha}`,
  })
}

/** Whether a merge that is in work stands for what is claimed; where not, that is for what comes after it. */
async function isTakenBy(shop: Workshop, running: Work, request: MergeRequest): Promise<boolean> {
  const { pull_request: pullRequest } = request
  await running.promised
  // What promised the same has failed before it was written: a 202 now would promise nothing.
  if (running.written === undefined) return false
  // Its end stands in the ledger for all to see: who asks now has seen it, and asks for what comes after.
  if (running.writing?.finished !== undefined || running.cancelled.aborted) {
    await running.done
    return false
  }
  if (!isOfIts(running.record, request)) void afterwards(shop, running, request)
  else if (pullRequest !== undefined && running.record.pullRequest === undefined)
    running.record = { ...running.record, pullRequest }
  return true
}

/** Whether a claim is for a branch that the record has; one that names none goes by the record. */
function isOfIts(record: MergeRecord, { branch }: MergeRequest): boolean {
  return branch === undefined || isOf(record, branch)
}

/** What a claim for another branch comes to is seen once the merge is over; the catch-up finds it, too. */
async function afterwards(shop: Workshop, { done }: Work, request: MergeRequest): Promise<void> {
  await done
  await acceptMerge(shop, request).catch((error: unknown) => log('claim_lost', { sha: request.sha, error }))
}

/** While a merge that is over joins a branch it is in work: whoever asks for it waits for the end of that. */
async function join(shop: Workshop, work: Work, before: MergeRecord, request: MergeRequest): Promise<void> {
  work.written = before
  work.writing = before
  work.promise()
  work.date()
  const joined = await joinBranch(shop, before, request)
  shop.works.end(work)
  // On this branch nothing newer has taken its place.
  if (joined?.state === 'superseded') await afterwards(shop, work, { ...request, again: true })
}

function queuedRecord(shop: Workshop, request: MergeRequest): MergeRecord {
  return {
    repositoryId: request.repository_id,
    sha: request.sha,
    repository: request.repository,
    branch: request.branch ?? shop.config.branches[0],
    pullRequest: request.pull_request,
    state: 'queued',
    services: [],
    known: [],
    attempt: 0,
    queued: new Date(shop.now()).toISOString(),
  }
}

/** The record that work goes on from: an interrupted one keeps its count, a finished one starts anew. */
function resumed(
  before: MergeRecord,
  claim: MergeRecord,
  request: MergeRequest,
  interrupted: boolean,
): MergeRecord {
  const own = isOfIts(before, request)
  const pullRequest = (own ? claim.pullRequest : undefined) ?? before.pullRequest
  if (before.state === 'publishing') return { ...before, pullRequest }
  if (before.time === undefined) {
    const queued = before.state === 'queued' ? before.queued : claim.queued
    return own ? { ...claim, branch: before.branch, pullRequest, queued } : { ...claim, queued }
  }
  const anew = isFinal(before)
  const interruptions = (before.interruptions ?? 0) + (interrupted ? 1 : 0)
  const { queued } = claim
  const failedBefore = before.state === 'failed' || undefined
  const counts = anew
    ? { attempt: 0, interruptions: 0, queued, failedBefore }
    : { attempt: before.attempt, interruptions }
  return { ...before, pullRequest, ...counts, state: 'queued', finished: undefined, notice: undefined }
}

/** Whether its last attempt had a build running. One that only waited for a slot was not interrupted in anything. */
async function wasBuilding(shop: Workshop, { state, services, attempt }: MergeRecord): Promise<boolean> {
  if (state !== 'building') return false
  const builds = await Promise.all(services.map(({ name, build }) => shop.ledger.build(name, build)))
  return builds.some((build) => build?.state === 'building' && build.attempt === attempt)
}

function wantedAgain(request: MergeRequest, before: MergeRecord): boolean {
  if (request.again) return true
  const ended = Date.parse(before.finished ?? '')
  const delivered = Date.parse(request.delivered ?? '')
  return request.pull_request !== undefined && delivered - ended > REDELIVERY_MS
}
