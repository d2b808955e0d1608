import { createHash } from 'node:crypto'
import { type BuildRecord, buildId } from '../../functions/shared/build-record.ts'
import type { MergeRecord } from '../../functions/shared/merge-record.ts'

const commit = (seed: string) => createHash('sha1').update(seed).digest('hex')

/** A queued merge of repository 7 at a commit made from `seed`; without `time` one that GitHub has not confirmed. */
export function mergeOf(seed: string, time?: number, more: Partial<MergeRecord> = {}): MergeRecord {
  return {
    repositoryId: 7,
    sha: commit(seed),
    repository: 'acme/shop',
    branch: 'develop',
    state: 'queued',
    services: [],
    known: [],
    attempt: 0,
    queued: '2026-11-22T18:00:00.000Z',
    ...(time !== undefined && { time }),
    ...more,
  }
}

/** A build of a service that is built, of version 1.<time>, at a commit made from both. */
export function buildOf(service: string, time: number, more: Partial<BuildRecord> = {}): BuildRecord {
  const sha = commit(`${service} ${time}`)
  return {
    id: buildId(time, sha),
    service,
    state: 'built',
    version: `1.${time}`,
    type: 'Docker',
    repositoryId: 7,
    repository: 'acme/shop',
    branch: 'develop',
    commit: sha,
    time,
    queued: '2026-11-22T18:00:00.000Z',
    attempt: 1,
    logs: [],
    ...more,
  }
}
