import type { BuildRecord, ServiceState } from '../shared/build-record.ts'
import type { Failure } from '../shared/failure.ts'
import type { MergeRecord } from '../shared/merge-record.ts'
import type { BuildLog } from './build-log.ts'

/** A service's build as this process sees it right now. */
export type Live = { service: string; id: string; state: ServiceState; log: BuildLog }

/**
 * A merge that this process works on. `promised` says that its first record is written, or could not be; `dated`
 * that its time is known, or that it ended without one.
 */
export type Work = {
  record: MergeRecord
  /** What this process has last written of it, and what it has last begun to write. */
  written?: MergeRecord
  writing?: MergeRecord
  promised: Promise<void>
  promise(): void
  dated: Promise<void>
  date(): void
  done: Promise<void>
  finish(): void
  /** The tags that it moves, where these are all that it writes; undefined until its services are planned. */
  moves?: ReadonlySet<string> | undefined
  /** Whether it has builds, all of which wait for a slot. */
  waits?: boolean
  /** Says that nobody wants it any more; the reason is a Failure. */
  cancelled: AbortSignal
  cancel(why: Failure): void
}

/** What is remembered of a merge that is final. */
type Settled = Pick<MergeRecord, 'branch'>

/** Ignored commits that are remembered; forgetting one costs a question to GitHub. */
const IGNORED_LIMIT = 10_000

/** A merge that another process works on is left to it for this long, in ms: that one may die as well. */
const LEFT_MS = 3_600_000

/** What this process works on: it alone knows, and it forgets when it ends (the ledger knows what was promised). */
export type Works = ReturnType<typeof openWorks>

export function openWorks() {
  const merges = new Map<string, Work>()
  const live = new Map<string, Live>()
  const ignored = new Set<string>()
  const settled = new Map<string, Settled>()
  const times = new Map<string, number | undefined>()
  const left = new Map<string, number>()
  const halfway = new Map<number, Set<string>>()
  const calls = new Map<string, Promise<BuildRecord>>()
  const key = (record: Pick<MergeRecord, 'repositoryId' | 'sha'>) => `${record.repositoryId}/${record.sha}`
  return {
    /** Whether something of ours may lie about in engine or staging, as at every start. */
    untidy: true,

    /** Whether the engine's cache may have grown since it was pruned. */
    cacheGrown: true,

    /** Merges that were left in the middle of publishing, by repository, once the ledger was looked through for them. */
    halfway,

    find: (record: Pick<MergeRecord, 'repositoryId' | 'sha'>): Work | undefined => merges.get(key(record)),

    /** Takes a merge into work, at once, so that two calls at the same moment are one. `end` must follow. */
    begin(record: MergeRecord): Work {
      const [promised, promise] = signal()
      const [dated, date] = signal()
      const [done, finish] = signal()
      const end = new AbortController()
      const cancel = (why: Failure) => end.abort(why)
      const ways = { promised, promise, dated, date, done, finish, cancelled: end.signal, cancel }
      const work: Work = { record, ...ways }
      merges.set(key(record), work)
      settled.delete(key(record))
      return work
    },
    end(work: Work): void {
      const { repositoryId, sha, state } = work.record
      merges.delete(key(work.record))
      if (state === 'publishing') halfway.get(repositoryId)?.add(sha)
      work.promise()
      work.date()
      work.finish()
    },

    /** A repository's merges in work. */
    of: (repositoryId: number): Work[] =>
      [...merges.values()].filter(({ record }) => record.repositoryId === repositoryId),

    /** What is known of all merges in work. */
    all: (): MergeRecord[] => [...merges.values()].map(({ record }) => record),

    /** What is known of a repository's merges in work. */
    records: (repositoryId: number): MergeRecord[] =>
      [...merges.values()]
        .map(({ record }) => record)
        .filter((record) => record.repositoryId === repositoryId),

    /** Remembers a commit that turned out to be no merge of ours; it has no record that would say so. */
    ignore(record: Pick<MergeRecord, 'repositoryId' | 'sha'>): void {
      if (ignored.size >= IGNORED_LIMIT) ignored.clear()
      ignored.add(key(record))
    },
    ignored: (record: Pick<MergeRecord, 'repositoryId' | 'sha'>): boolean => ignored.has(key(record)),

    /** Leaves a merge to the other process that works on it; `uptime` in ms. */
    leave: (record: Pick<MergeRecord, 'repositoryId' | 'sha'>, uptime: number) =>
      left.set(key(record), uptime + LEFT_MS),
    isLeft: (record: Pick<MergeRecord, 'repositoryId' | 'sha'>, uptime: number): boolean =>
      uptime < (left.get(key(record)) ?? 0),

    /** Remembers that the ledger has a merge as final: it need not be read again, until it is begun again. */
    settle: ({ branch, ...record }: Settled & Pick<MergeRecord, 'repositoryId' | 'sha' | 'time'>): void => {
      settled.set(key(record), { branch })
      times.set(key(record), record.time)
    },
    settled: (record: Pick<MergeRecord, 'repositoryId' | 'sha'>): Settled | undefined =>
      settled.get(key(record)),

    /** Remembers the time that the ledger has of a merge, which keeps it for ever. */
    remember: (record: Pick<MergeRecord, 'repositoryId' | 'sha' | 'time'>) =>
      times.set(key(record), record.time),
    timeOf: (record: Pick<MergeRecord, 'repositoryId' | 'sha'>) => times.get(key(record)),

    /**
     * Waits for the repository's merges in work that are older than `time`. Times are dated once and differ, so
     * waiting goes one way only.
     */
    async older(repositoryId: number, time: number): Promise<void> {
      const others = [...merges.values()].filter(({ record }) => record.repositoryId === repositoryId)
      await Promise.all(
        others.map(async (work) => {
          await work.dated
          if (work.record.time !== undefined && work.record.time < time) await work.done
        }),
      )
    },

    /** The method call for one record; the same call again, while it runs, waits for the same end. */
    call(record: BuildRecord, run: () => Promise<BuildRecord>): Promise<BuildRecord> {
      const name = `${record.service}/${record.id}/${record.type}`
      const running = calls.get(name) ?? run().finally(() => calls.delete(name))
      calls.set(name, running)
      return running
    },

    /** How many method calls are running. */
    calls: (): number => calls.size,

    /** Whether a method call for this service is running. */
    calling: (service: string): boolean => [...calls.keys()].some((name) => name.startsWith(`${service}/`)),

    show: (build: Live) => live.set(`${build.service}/${build.id}`, build),
    hide: (build: Live) => live.delete(`${build.service}/${build.id}`),
    live: (service: string, id: string): Live | undefined => live.get(`${service}/${id}`),
  }
}

function signal(): [promise: Promise<void>, resolve: () => void] {
  let resolve = () => {}
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil
  })
  return [promise, resolve]
}
