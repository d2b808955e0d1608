import pLimit, { type LimitFunction } from 'p-limit'
import type { Ledger } from '../shared/ledger.ts'
import { log } from '../shared/log.ts'
import type { MergeRecord } from '../shared/merge-record.ts'
import type { Secrets } from '../shared/secrets.ts'
import type { Config } from './config.ts'
import { type Notice, noticeOf } from './notice.ts'
import { type Receiver, receiversIn } from './receivers.ts'
import { Gone, sendNotice } from './send-notice.ts'
import { OtherProcess, sameRecord } from './sole-writer.ts'
import * as places from './words/places.ts'

/** A receiver has so long to answer. What it does not take is sent again, later and later, in ms. */
const LIMITS = { deadlineMs: 15_000, firstMs: 5_000 }
const LONGEST_MS = 3_600_000

/** Then it is given up, counted from the end of the merge, in ms. */
const PATIENCE_MS = 24 * 3_600_000

type Parts = {
  config: Pick<Config, 'publicUrl' | 'registryPull'>
  secrets: Secrets
  ledger: Ledger
  count: (result: 'told' | 'failed' | 'given_up') => void
  now: () => number
  uptime: () => number
}

/** A notice on its way; `since` is the end of its merge, by `uptime`; `done` are the URLs that have it. */
type Untold = { record: MergeRecord; notice: Notice; since: number; tries: number; done: Set<string> }

/**
 * Tells the operator's receivers how merges end, in the background: nothing here blocks or fails a build. Each is told
 * at least once. What is still to be told stands in the merge's record, and is taken out of it once all have it.
 */
export type Notices = ReturnType<typeof openNotices>

export function openNotices({ config, secrets, ledger, count, now, uptime }: Parts, limits = LIMITS) {
  const known = new Set<string>()
  // One at a time for each receiver: after a long silence there may be hundreds.
  const lanes = new Map<string, LimitFunction>()

  async function attempt(untold: Untold): Promise<void> {
    const { receivers } = await receiversIn(secrets)
    const left = receivers.filter(({ url }) => !untold.done.has(url))
    await Promise.all(left.map((receiver) => send(receiver, untold)))
    const { record, notice, since, tries, done } = untold
    if (left.every(({ url }) => done.has(url))) return settle(record)
    if (uptime() - since > PATIENCE_MS) {
      count('given_up')
      log('notice_given_up', { notice: notice.id, repository: record.repository, sha: record.sha })
      return settle(record)
    }
    untold.tries += 1
    setTimeout(begin, Math.min(limits.firstMs * 2 ** tries, LONGEST_MS), untold).unref()
  }

  function begin(untold: Untold): void {
    attempt(untold).catch((error: unknown) => log('notice_not_settled', { notice: untold.notice.id, error }))
  }

  async function send(receiver: Receiver, { record, notice, done }: Untold): Promise<void> {
    const lane = lanes.get(receiver.url) ?? pLimit(1)
    lanes.set(receiver.url, lane)
    try {
      await lane(() => sendNotice(receiver, notice, { secrets, now, deadlineMs: limits.deadlineMs }))
      done.add(receiver.url)
      count('told')
    } catch (error) {
      if (error instanceof Gone) done.add(receiver.url)
      count('failed')
      const { repository, sha } = record
      log('notice_failed', { notice: notice.id, repository, sha, reason: (error as Error).message })
    }
  }

  /** Takes the notice out of the record, unless that has gone on since: the merge may be run again. */
  async function settle(record: MergeRecord): Promise<void> {
    const look = (found: MergeRecord | undefined) => {
      if (!sameRecord(record, found)) throw new OtherProcess(places.otherProcess(record.sha))
    }
    await ledger.writeMerge({ ...record, notice: undefined }, look).catch((error: unknown) => {
      if (!(error instanceof OtherProcess)) throw error
    })
  }

  return {
    /** Whether there is anybody to be told. */
    wanted: async (): Promise<boolean> =>
      (await secrets.find('notify-urls')) !== undefined &&
      (await secrets.find('notify-secret')) !== undefined,

    /** Tells what stands in a merge's record as still to be told. */
    tell(record: MergeRecord): void {
      if (record.notice === undefined) return
      const notice = noticeOf(record, config)
      if (known.has(notice.id)) return
      known.add(notice.id)
      const age = Math.max(now() - Date.parse(record.finished ?? ''), 0)
      begin({ record, notice, since: uptime() - age, tries: 0, done: new Set() })
    },
  }
}
