import type { ServiceState } from './build-record.ts'
import type { FailureCode } from './failure.ts'
import { type FieldForm, fromAnnotations, toAnnotations } from './record.ts'

export const MERGE_TYPE = 'application/vnd.artefacto.merge.v1+json'

export type MergeState = 'queued' | 'building' | 'publishing' | 'built' | 'failed' | 'error' | 'superseded'

/** What a merge says of one of its services. While `publishing`, `digest` is what is staged and will be published. */
export type MergedService = {
  name: string
  version: string
  /** Left out of an ordinary one. */
  type?: 'AMI'
  /** As in its own record. */
  tags?: string[]
  state: ServiceState
  /** The id (tag) of the service's own record. */
  build: string
  digest?: string
  /** The same of its disk, where it is of type AMI. */
  disk?: string
  reason?: string
}

/** How a merge ended: `recovered` is the first one built after one that failed. */
export type Ending = 'built' | 'failed' | 'recovered'

/** One merge: GitHub's repository id and a commit, whatever brought it. */
export type MergeRecord = {
  repositoryId: number
  sha: string
  repository: string
  /** As branches.ts: of which it is a merge. */
  branch: string
  pullRequest?: number | undefined
  /** Whether its repository is private: links to its pages carry their key then. */
  private?: boolean | undefined
  /** When it was merged, ms since 1970; undefined until GitHub has confirmed that it was. */
  time?: number | undefined
  /** Whether it is the head that the branch had when its repository was first seen. */
  head?: boolean | undefined
  /** The sha of the merge that was its repository's newest when this one was first dated. */
  after?: string | undefined
  /** Whether it has ended as failed before, and is run again. */
  failedBefore?: boolean | undefined
  state: MergeState
  services: MergedService[]
  /** The service names of the repository's last usable images.json up to this merge. */
  known: string[]
  attempt: number
  /** How many of the attempts ended because the process did; a passing error is not counted. */
  interruptions?: number | undefined
  code?: FailureCode | undefined
  reason?: string | undefined
  queued: string
  finished?: string | undefined
  /** What the operator's receivers are still to be told of its end. */
  notice?: Ending | undefined
}

const FIELDS: Record<keyof MergeRecord, FieldForm> = {
  repositoryId: 'number',
  sha: 'text',
  repository: 'text',
  branch: 'text',
  pullRequest: 'number',
  private: 'json',
  time: 'number',
  head: 'json',
  after: 'text',
  failedBefore: 'json',
  state: 'text',
  services: 'json',
  known: 'json',
  attempt: 'number',
  interruptions: 'number',
  code: 'text',
  reason: 'text',
  queued: 'text',
  finished: 'text',
  notice: 'text',
}

const FINAL: MergeState[] = ['built', 'failed', 'superseded']

/** Whether nothing but an operator's `again` starts it once more. A claim that GitHub never confirmed is not final. */
export function isFinal(record: MergeRecord): boolean {
  return record.time !== undefined && FINAL.includes(record.state)
}

export function mergeAnnotations(record: MergeRecord): Record<string, string> {
  return toAnnotations(FIELDS, record)
}

export function readMerge(annotations: Record<string, string>): MergeRecord {
  return fromAnnotations(FIELDS, annotations) as MergeRecord
}
