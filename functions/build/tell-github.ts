import pLimit from 'p-limit'
import { isPublished } from '../shared/build-record.ts'
import type { Ami } from '../shared/disk.ts'
import { toFailure } from '../shared/failure.ts'
import type { Ledger } from '../shared/ledger.ts'
import { log } from '../shared/log.ts'
import type { MergedService, MergeRecord } from '../shared/merge-record.ts'
import { pageKey } from '../shared/page-key.ts'
import type { Secrets } from '../shared/secrets.ts'
import { type CommitStatus, commitStatuses, type Pages } from './commit-status.ts'
import type { Access } from './github-access.ts'
import type { Post } from './github-transport.ts'
import * as words from './words/github.ts'

/** Statuses that wait for GitHub at most; the oldest are forgotten first. Those that are known to be told. */
const WAITING_LIMIT = 1_000
const TOLD_LIMIT = 5_000

/** A token that may not is written to the log so often, in ms. */
const LOG_MS = 3_600_000

/** A commit at which GitHub shows something. */
export type At = { repositoryId: number; repository: string; sha: string }

type Word = { at: At; status: CommitStatus }
type Refusal = { identity: string | undefined; sentence: string; logged: number }

type Parts = {
  post: Post
  access: Pick<Access, 'identity'>
  secrets: Secrets
  ledger: Ledger
  publicUrl: string
  uptime: () => number
}

/** Tells GitHub of merges, in the background: nothing here blocks or fails a build. */
export type Statuses = ReturnType<typeof openStatuses>

export function openStatuses({ post, access, secrets, ledger, publicUrl, uptime }: Parts) {
  const waiting = new Map<string, Word>()
  const told = new Map<string, string>()
  const refusals = new Map<string, Refusal>()
  // What is known first is said first, and one at a time, as GitHub wants it.
  const collecting = pLimit(1)
  const sending = pLimit(1)

  /** The newest status of a commit and context takes the place of one that still waits. */
  function put(at: At, status: CommitStatus): void {
    const key = `${at.repositoryId}/${at.sha}/${status.context}`
    const last = waiting.get(key)
    if ((last ? said(last.status) : told.get(key)) === said(status)) return
    waiting.delete(key)
    waiting.set(key, { at, status })
    trim(waiting, WAITING_LIMIT)
  }

  function retry(): void {
    // One that has not begun will see all that waits.
    if (sending.pendingCount === 0) void sending(sendAll)
  }

  async function sendAll(): Promise<void> {
    if (waiting.size === 0 || !(await access.identity())) return
    for (let next = first(waiting); next !== undefined; next = first(waiting))
      if (!(await send(...next))) return
  }

  /** Whether GitHub answers. What it did not take goes to the end, so that none stands in the way of all. */
  async function send(key: string, word: Word): Promise<boolean> {
    const { repository, sha } = word.at
    try {
      const taken = await post(`/repos/${repository}/statuses/${sha}`, word.status)
      if (taken) refusals.delete(repository)
      else log('status_refused', { repository, sha, context: word.status.context })
      told.set(key, said(word.status))
      trim(told, TOLD_LIMIT)
    } catch (thrown) {
      const { code, message } = toFailure(thrown)
      if (code === 'github_down' || code === 'github_limit') {
        if (waiting.get(key) === word && waiting.delete(key)) waiting.set(key, word)
        return false
      }
      await refuse(repository, message)
    }
    if (waiting.get(key) === word) waiting.delete(key)
    return true
  }

  async function refuse(repository: string, sentence: string): Promise<void> {
    const identity = await access.identity()
    const { logged = Number.NEGATIVE_INFINITY } = refusals.get(repository) ?? {}
    const due = uptime() - logged > LOG_MS
    if (due) log('statuses_refused', { repository, reason: sentence })
    refusals.set(repository, { identity, sentence, logged: due ? uptime() : logged })
  }

  /** Another's service has a page that is none of this repository's business: its key least of all. */
  async function pagesOf({ repositoryId, private: hidden, services }: MergeRecord): Promise<Pages> {
    const [secret] = await secrets.rotating('payload-secret')
    const pages = new Map<string, { key: string | undefined; ami: Ami | undefined }>()
    for (const service of services)
      if ((await ledger.owner(service.name))?.repositoryId === repositoryId) {
        const key = hidden ? pageKey(secret, service.name) : undefined
        pages.set(service.name, { key, ami: await amiOf(service) })
      }
    return pages
  }

  /** The merge says that there is a disk, and only the service's own record what AWS has of it. */
  async function amiOf({ name, build, disk, ...service }: MergedService): Promise<Ami | undefined> {
    if (disk === undefined || !isPublished(service)) return undefined
    const record = await ledger.build(name, build).catch(() => undefined)
    return record?.ami
  }

  async function collect(record: MergeRecord): Promise<void> {
    if (!(await access.identity())) return
    const pages = await pagesOf(record).catch((): Pages => new Map())
    for (const status of commitStatuses(record, publicUrl, pages)) put(record, status)
    retry()
  }

  return {
    /** Tells how a merge stands. */
    tell: (record: MergeRecord): void => void collecting(() => collect(record)),
    /** Shows one status at a commit. */
    show(at: At, status: CommitStatus): void {
      put(at, status)
      retry()
    },
    /** Sends what GitHub did not take before. */
    retry,
    /** Why GitHub shows nothing of a repository; undefined where nothing is known against it. */
    async untold(repository: string): Promise<string | undefined> {
      const identity = await access.identity()
      if (identity === undefined) return words.noToken
      const refusal = refusals.get(repository)
      return refusal?.identity === identity ? refusal.sentence : undefined
    },
  }
}

function said(status: CommitStatus): string {
  return JSON.stringify(status)
}

function first<T>(all: Map<string, T>): [string, T] | undefined {
  return all.entries().next().value
}

function trim(all: Map<string, unknown>, limit: number): void {
  for (const key of all.keys()) {
    if (all.size <= limit) return
    all.delete(key)
  }
}
