import type { MergeRequest } from '../shared/build-request.ts'
import { Failure } from '../shared/failure.ts'
import { json, type Reply } from '../shared/http.ts'
import { isFinal, type MergeRecord } from '../shared/merge-record.ts'
import { allowed } from '../shared/repositories.ts'
import { runMerge } from './run-merge.ts'
import * as answers from './words/answers.ts'
import type { Workshop } from './workshop.ts'

/** A pull request's redelivery this long after a merge ended is a person's wish to run it again, in ms. */
const REDELIVERY_MS = 5 * 60_000

/**
 * Takes a merge: answers 202 once its record is written, and works on detached, because every gateway, watchdog
 * and queue of a stock faasd cuts a call after a minute. The same merge again, by whatever way, is one record.
 */
export async function acceptMerge(shop: Workshop, request: MergeRequest, head?: boolean): Promise<Reply> {
  const { repository, repository_id: repositoryId, sha, pull_request: pullRequest } = request
  if (!allowed(shop.config.repositories, repository)) throw new Failure('not_allowed')
  if (request.delivered) shop.metrics.last.delivery = shop.now() / 1000
  const running = shop.works.find({ repositoryId, sha })
  if (running) {
    await running.promised
    // What promised the same has failed before it was written: a 202 now would promise nothing.
    if (running.written === undefined) return acceptMerge(shop, request, head)
    // Its end stands in the ledger for all to see: who asks now has seen it, and asks for what comes after.
    if (running.writing?.finished !== undefined || running.cancelled.aborted) {
      await running.done
      return acceptMerge(shop, request, head)
    }
    if (pullRequest !== undefined && running.record.pullRequest === undefined)
      running.record = { ...running.record, pullRequest }
    return json(202, { accepted: answers.inWork(`${repository} ${sha}`) })
  }
  const work = shop.works.begin({ ...queuedRecord(shop, request), head })
  try {
    const before = await shop.ledger.merge(repositoryId, sha)
    if (before && isFinal(before) && !wantedAgain(request, before)) {
      shop.works.end(work)
      return json(200, { already: before.state, repository, sha, reason: before.reason })
    }
    work.record = before ? resumed(before, work.record, await wasBuilding(shop, before)) : work.record
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

function queuedRecord(shop: Workshop, request: MergeRequest): MergeRecord {
  return {
    repositoryId: request.repository_id,
    sha: request.sha,
    repository: request.repository,
    branch: shop.config.branch,
    pullRequest: request.pull_request,
    state: 'queued',
    services: [],
    known: [],
    attempt: 0,
    queued: new Date(shop.now()).toISOString(),
  }
}

/** The record that work goes on from: an interrupted one keeps its count, a finished one starts anew. */
function resumed(before: MergeRecord, claim: MergeRecord, interrupted: boolean): MergeRecord {
  const pullRequest = claim.pullRequest ?? before.pullRequest
  if (before.state === 'publishing') return { ...before, pullRequest }
  if (before.time === undefined)
    return { ...claim, pullRequest, queued: before.state === 'queued' ? before.queued : claim.queued }
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
