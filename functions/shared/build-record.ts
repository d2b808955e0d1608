import { createHash } from 'node:crypto'
import type { Layer } from './artifact.ts'
import type { Ami, Disk } from './disk.ts'
import { type FieldForm, fromAnnotations, toAnnotations } from './record.ts'

export const BUILD_TYPE = 'application/vnd.artefacto.build.v1+json'
export const LOG_TYPE = 'application/vnd.artefacto.log.v1+gzip'

/** The way of a service: queued → building → staged → one of the last six. */
export type ServiceState =
  | 'queued'
  | 'building'
  | 'staged'
  | 'built'
  | 'unchanged'
  | 'failed'
  | 'error'
  | 'held'
  | 'superseded'

/** One service in one merge, or in one method call. */
export type BuildRecord = {
  id: string
  service: string
  state: ServiceState
  version: string
  type: 'Docker' | 'AMI'
  /** The tags beside the version: those that it is to have; of what is published, those that moved to it. */
  tags?: string[] | undefined
  repositoryId: number
  repository: string
  /** As branches.ts: those of its merge. */
  branch: string
  commit: string
  /** When it was merged, ms since 1970. */
  time: number
  pullRequest?: number | undefined
  /** What was merged, in a person's words: the title of the pull request, else the first line of the commit. */
  title?: string | undefined
  manual?: boolean | undefined
  /** The commit that built the image, where another did. */
  builtFrom?: string | undefined
  digest?: string | undefined
  source?: string | undefined
  queued: string
  started?: string | undefined
  finished?: string | undefined
  /** Bytes of the image's layers as stored in the registry. */
  size?: number | undefined
  /** Of type AMI. */
  disk?: Disk | undefined
  /** Of type AMI, where this installation has credentials of AWS. */
  ami?: Ami | undefined
  attempt: number
  reason?: string | undefined
  /** Why GitHub shows no status of it; undefined where it was told. */
  untold?: string | undefined
  /** One gzip layer for each attempt that ended, oldest first. */
  logs: Layer[]
}

const FIELDS: Record<Exclude<keyof BuildRecord, 'logs'>, FieldForm> = {
  id: 'text',
  service: 'text',
  state: 'text',
  version: 'text',
  type: 'text',
  tags: 'json',
  repositoryId: 'number',
  repository: 'text',
  branch: 'text',
  commit: 'text',
  time: 'number',
  pullRequest: 'number',
  title: 'text',
  manual: 'json',
  builtFrom: 'text',
  digest: 'text',
  source: 'text',
  queued: 'text',
  started: 'text',
  finished: 'text',
  size: 'number',
  disk: 'json',
  ami: 'json',
  attempt: 'number',
  reason: 'text',
  untold: 'text',
}

/**
 * The tag of a service's record: merge time first, so that tags sort. A method call may bring another version of
 * a commit that a merge has built, so its id carries its version.
 */
export function buildId(time: number, sha: string, manualVersion?: string): string {
  const version = manualVersion && createHash('sha256').update(manualVersion).digest('hex').slice(0, 8)
  return `${String(time).padStart(13, '0')}-${sha.slice(0, 12)}${version ? `-m${version}` : ''}`
}

export const BUILD_ID = /^\d{13}-[0-9a-f]{12}(?:-m[0-9a-f]{8})?$/

/** Whether a record says that its version stands in the registry. */
export function isPublished({ state }: Pick<BuildRecord, 'state'>): boolean {
  return state === 'built' || state === 'unchanged'
}

/** Whether nothing but an operator's `again` changes it. */
export function isFinalBuild({ state }: Pick<BuildRecord, 'state'>): boolean {
  return isPublished({ state }) || state === 'failed' || state === 'held' || state === 'superseded'
}

export function buildAnnotations(record: BuildRecord): Record<string, string> {
  return toAnnotations(FIELDS, record)
}

export function readBuild(annotations: Record<string, string>, layers: Layer[]): BuildRecord {
  return { ...(fromAnnotations(FIELDS, annotations) as Omit<BuildRecord, 'logs'>), logs: layers }
}
