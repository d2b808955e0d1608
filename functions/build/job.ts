import { type BuildRecord, buildId } from '../shared/build-record.ts'
import type { Entry } from '../shared/images.ts'

/** One commit to build services of: a merge's, or a method call's. Times in ms since 1970. */
export type Job = {
  repositoryId: number
  repository: string
  branch: string
  sha: string
  /** When it was merged: what orders it. */
  time: number
  /** When the commit was made: what dates the image. */
  committed: number
  pullRequest?: number | undefined
  /** Its pull request's title, or the first line of its message. */
  title?: string | undefined
  /** Why GitHub shows no status of it; undefined where it is told. */
  untold?: string | undefined
  manual: boolean
  attempt: number
  queued: string
}

export const DISK_PREFIX = 'disk-'

/** The tag in staging. A method call may build another version of the commit that a merge is building right now. */
export function stagingTag({ manual, sha }: Pick<Job, 'manual' | 'sha'>, version: string): string {
  return manual ? `${sha}-${version}`.slice(0, 128) : sha
}

/** The tag of its disk there, beside that of the image. A prefix, since versions may end in anything. */
export function diskStagingTag(tag: string): string {
  return `${DISK_PREFIX}${tag}`.slice(0, 128)
}

/** The first words of a service's record. */
export function newBuild(job: Job, entry: Entry): BuildRecord {
  return {
    id: buildId(job.time, job.sha, job.manual ? entry.version : undefined),
    service: entry.service_name,
    state: 'queued',
    version: entry.version,
    type: entry.type,
    tags: entry.tags,
    repositoryId: job.repositoryId,
    repository: job.repository,
    branch: job.branch,
    commit: job.sha,
    time: job.time,
    pullRequest: job.pullRequest,
    title: job.title || undefined,
    untold: job.untold,
    manual: job.manual || undefined,
    queued: job.queued,
    attempt: job.attempt,
    logs: [],
  }
}
