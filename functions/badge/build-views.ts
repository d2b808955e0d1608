import { setImmediate } from 'node:timers/promises'
import pLimit from 'p-limit'
import { type BuildRecord, isFinalBuild } from '../shared/build-record.ts'
import { Failure } from '../shared/failure.ts'
import type { Ledger } from '../shared/ledger.ts'
import type { MergeRecord } from '../shared/merge-record.ts'
import { endedLogs } from './ended-logs.ts'
import { type LiveLog, livePieces } from './live-log.ts'
import { type LogBook, openLogBook } from './log-book.ts'
import { recent } from './recent.ts'
import * as words from './words.ts'

/**
 * A build as its page shows it: `merge` is undefined for a method call and for a merge that is not kept any more,
 * `silent` is why build does not tell what goes on.
 */
export type BuildView = {
  record: BuildRecord
  merge: MergeRecord | undefined
  book: LogBook
  silent?: string | undefined
}

/** Logs are kept unpacked, so that a page of one does not unpack all of it: at most this many bytes of all. */
const KEPT_BYTES = 96 * 1024 * 1024

/** A log that nobody asks for is forgotten after this, in ms. */
const KEPT_MS = 60_000

/** What is taken up between two looks at other requests, in bytes: 10 MB of colours take half a second. */
const PIECE = 256 * 1024

type Kept = {
  book: LogBook
  /** Which attempt it ends with. */
  until: string
  next: number
  listening?: Promise<string | undefined> | undefined
  timer?: NodeJS.Timeout
}

/**
 * Builds with their logs, for however many people look at them: one question to build and at most two a second, and one
 * read of the ledger in two seconds, or when build hints or has nothing.
 */
export function buildViews(ledger: Ledger, live: LiveLog) {
  const kept = new Map<string, Kept>()
  const loading = pLimit(1)
  const records = recent(read, { keepMs: 2_000, entries: 500 })
  const views = recent(see, { keepMs: 500, entries: 500 })

  async function read(key: string): Promise<Pick<BuildView, 'record' | 'merge'>> {
    const [service, id] = named(key)
    const record = await ledger.build(service, id)
    if (record === undefined) throw new Failure('not_found', words.noBuild(service, id))
    const merge = record.manual ? undefined : await ledger.merge(record.repositoryId, record.commit)
    return { record, merge }
  }

  async function see(key: string): Promise<BuildView> {
    const { record, merge } = await records.get(key)
    const entry = await open(key, record)
    if (isFinalBuild(record)) return { record, merge, book: entry.book }
    // One at a time: two would both write what comes next.
    entry.listening ??= listen(key, entry).finally(() => {
      entry.listening = undefined
    })
    return { record, merge, book: entry.book, silent: await entry.listening }
  }

  /** The kept log up to this attempt; that of another one is begun anew, because its lines may be gone. */
  async function open(key: string, record: BuildRecord): Promise<Kept> {
    const until = `${record.attempt} ${record.logs.length} ${isFinalBuild(record)}`
    const fitting = () => (kept.get(key)?.until === until ? kept.get(key) : undefined)
    const entry = fitting() ?? (await loading(async () => fitting() ?? load(record, until)))
    keep(key, entry)
    return entry
  }

  async function load(record: BuildRecord, until: string): Promise<Kept> {
    const book = openLogBook()
    for await (const bytes of endedLogs(ledger, record)) {
      for (let at = 0; at < bytes.length; ) {
        const end = bytes.indexOf(10, at + PIECE) + 1 || bytes.length
        book.write(bytes.toString('utf8', at, end))
        at = end
        await setImmediate()
      }
      book.endAttempt()
    }
    return { book, until, next: 0 }
  }

  /** Takes up what build has printed since. Gives the reason if build does not tell. */
  async function listen(key: string, entry: Kept): Promise<string | undefined> {
    for await (const piece of livePieces(live, ...named(key), entry.next)) {
      // Not begun, or over: the ledger knows which.
      if (piece === 'nothing') return void records.forget(key)
      if ('silent' in piece) return piece.silent
      entry.book.write(piece.text)
      entry.next = piece.next
    }
    return undefined
  }

  function keep(key: string, entry: Kept): void {
    clearTimeout(kept.get(key)?.timer)
    // Deleted first: the first one of a Map stays the one that was asked for longest ago.
    kept.delete(key)
    kept.set(key, entry)
    entry.timer = setTimeout(() => kept.delete(key), KEPT_MS).unref()
    let room = KEPT_BYTES
    for (const [other, { book, timer }] of [...kept].reverse()) {
      room -= book.bytes()
      if (room >= 0 || other === key) continue
      clearTimeout(timer)
      kept.delete(other)
    }
  }

  return {
    see: (service: string, id: string): Promise<BuildView> => views.get(`${service}/${id}`),
    /** build's hint: the records of this service have changed. */
    forget(service: string): void {
      for (const key of kept.keys()) if (key.startsWith(`${service}/`)) forgetOne(key)
    },
    forgetOne,
  }

  function forgetOne(key: string): void {
    records.forget(key)
    views.forget(key)
  }
}

function named(key: string): [service: string, id: string] {
  const [service = '', id = ''] = key.split('/')
  return [service, id]
}
