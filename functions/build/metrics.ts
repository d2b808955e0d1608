import type { ServiceState } from '../shared/build-record.ts'
import { FAILURE_CODES, type FailureCode } from '../shared/failure.ts'
import { isFinal, type MergeRecord, type MergeState } from '../shared/merge-record.ts'
import { openCounter, openHistogram } from './exposition.ts'
import { openRates } from './github-rate.ts'

/** Upper bounds in seconds. */
const BUILD_SECONDS = [1, 5, 10, 30, 60, 120, 300, 600, 1200]
const WAIT_SECONDS = [0.1, 1, 10, 60, 600]

/** How a service of a merge, or of a method call, can end. */
const ENDS = ['built', 'unchanged', 'failed', 'error', 'held', 'superseded'] as const satisfies ServiceState[]

/** The same of a merge. */
const MERGE_ENDS = ['built', 'failed', 'superseded'] as const satisfies MergeState[]

type Unfinished = Pick<MergeRecord, 'repositoryId' | 'sha' | 'state' | 'queued'>

/** What an operator would want to be woken for, counted where it happens. Memory of this process, as Prometheus expects. */
export type Metrics = ReturnType<typeof openMetrics>

export function openMetrics() {
  const failures = openCounter<FailureCode>('code', FAILURE_CODES)
  const merges = openCounter('result', MERGE_ENDS)
  const services = openCounter('result', ENDS)
  const queue = openCounter('result', ['accepted', 'refused'])
  const notices = openCounter('result', ['told', 'failed', 'given_up'])
  const builds = openHistogram(BUILD_SECONDS)
  const locks = openHistogram(WAIT_SECONDS)
  const unfinished = new Map<string, Unfinished>()
  const last = { catchUp: 0, catchUpSeconds: 0, delivery: 0 }
  let started = 0
  const key = ({ repositoryId, sha }: Pick<MergeRecord, 'repositoryId' | 'sha'>) => `${repositoryId}/${sha}`
  const serviceEnded = (state: ServiceState) => {
    const end = ENDS.find((one) => one === state)
    if (end) services.add(end)
  }

  return {
    failures,
    merges,
    services,
    queue,
    notices,
    builds,
    locks,
    rates: openRates(),
    last,
    unfinished,
    started: () => started,
    serviceEnded,

    /** A merge has left this process: as it is recorded, as an ordinary push, or to another process. */
    mergeEnded(record: MergeRecord, ended: MergeRecord | 'ignored' | 'left'): void {
      const waits = ended !== 'ignored' && !isFinal(record) && record.state !== 'failed'
      if (waits) unfinished.set(key(record), record)
      else unfinished.delete(key(record))
      if (typeof ended === 'string') return
      if (record.state !== 'built' && record.code) failures.add(record.code)
      const end = MERGE_ENDS.find((one) => one === record.state)
      if (end) merges.add(end)
      if (!waits || record.state === 'error') for (const { state } of record.services) serviceEnded(state)
    },

    /** All that the ledger has unfinished, and that this process does not work on. */
    waiting(records: MergeRecord[]): void {
      unfinished.clear()
      for (const record of records) unfinished.set(key(record), record)
    },

    /** A catch-up has come to its end, `at` ms since 1970, after `ms`, and started so many merges. */
    caughtUp(at: number, ms: number, merges: number): void {
      last.catchUp = at / 1000
      last.catchUpSeconds = ms / 1000
      started += merges
    },

    /** A lock whose waiting is measured; `uptime` in ms. */
    timed<T>(lock: (work: () => Promise<T>) => Promise<T>, uptime: () => number, work: () => Promise<T>) {
      const asked = uptime()
      return lock(() => {
        locks.observe((uptime() - asked) / 1000)
        return work()
      })
    },
  }
}
