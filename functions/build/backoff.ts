import type { MergeRecord } from '../shared/merge-record.ts'

/** A merge in error is tried again after this, doubled with every attempt, at last every hour, in ms. */
const BACKOFF_MS = 30_000
const LONGEST_MS = 3_600_000

/**
 * Tells whether a merge in error has rested long enough. How long it had when this process first saw it is told by
 * the wall clock (`now`), in which its end is recorded; what comes after by `uptime`, which nobody can set (both in
 * ms). So a clock that jumps makes no merge wait longer than it would have.
 */
export function openBackoff() {
  const seen = new Map<string, { finished: string | undefined; rested: number; since: number }>()
  return (record: MergeRecord, now: number, uptime: number): boolean => {
    const { repositoryId, sha, finished, attempt } = record
    const key = `${repositoryId}/${sha}`
    let rest = seen.get(key)
    if (rest === undefined || rest.finished !== finished) {
      rest = { finished, rested: Math.max(now - Date.parse(finished ?? ''), 0), since: uptime }
      seen.set(key, rest)
    }
    const due = rest.rested + uptime - rest.since >= Math.min(BACKOFF_MS * 2 ** attempt, LONGEST_MS)
    if (due) seen.delete(key)
    return due
  }
}
