import type { Ami } from '../shared/disk.ts'
import type { MergedService, MergeRecord } from '../shared/merge-record.ts'
import { oneLine } from '../shared/printable.ts'
import * as statuses from './words/statuses.ts'

/** What GitHub shows at a commit, in its own words. */
export type CommitStatus = {
  context: string
  state: 'pending' | 'success' | 'failure' | 'error'
  description: string
  target_url: string
}

/** GitHub refuses a longer one (https://docs.github.com/rest/commits/statuses). */
export const DESCRIPTION_LIMIT = 140

const DIGEST = 'sha256:'.length + 12

/**
 * The pages of services that are the merge's own, each with its key where the repository is private, and with what
 * AWS has of it. Of a service that belongs to another repository nothing is shown.
 */
export type Pages = ReadonlyMap<string, { key: string | undefined; ami?: Ami | undefined }>

/**
 * What GitHub is told of a merge: a status for each service, or one for the whole merge where it failed before its
 * services were known. Nothing of a claim that GitHub has not confirmed.
 */
export function commitStatuses(record: MergeRecord, publicUrl: string, pages: Pages): CommitStatus[] {
  if (record.time === undefined) return []
  if (record.services.length === 0)
    return record.state === 'failed'
      ? [wholeStatus('failure', record.reason ?? statuses.failed, publicUrl)]
      : []
  return record.services.map((service) => ({
    context: `artefacto/${service.name}`,
    ...standing(record, service, pages.get(service.name)?.ami),
    target_url: pageOf(service, publicUrl, pages),
  }))
}

/** A status that concerns a commit as a whole. */
export function wholeStatus(state: CommitStatus['state'], sentence: string, publicUrl: string): CommitStatus {
  const target_url = `${publicUrl}/function/badge/`
  return { context: 'artefacto', state, description: description(sentence), target_url }
}

function standing(
  record: MergeRecord,
  service: MergedService,
  ami: Ami | undefined,
): Pick<CommitStatus, 'state' | 'description'> {
  const { version, state, digest = '', reason } = service
  const say = (to: CommitStatus['state'], sentence: string) => ({
    state: to,
    description: description(sentence),
  })
  const short = digest.slice(0, DIGEST)
  const what = ami ? statuses.withAmi(ami.id, ami.region, short) : short
  if (state === 'built') return say('success', statuses.published(version, what))
  if (state === 'unchanged') return say('success', statuses.unchanged(version, what))
  const why = (record.state === 'queued' ? undefined : reason) ?? record.reason
  // GitHub has no word for it; `failure` would say that the merge did something wrong.
  if (record.state === 'superseded') return say('error', why ?? statuses.superseded)
  if (record.state === 'failed') return say(state === 'error' ? 'error' : 'failure', why ?? statuses.failed)
  return say('pending', why === undefined ? statuses.building(version) : statuses.waits(version, why))
}

function pageOf({ name, build }: MergedService, publicUrl: string, pages: Pages): string {
  const page = pages.get(name)
  if (page === undefined) return `${publicUrl}/function/badge/`
  const key = page.key === undefined ? '' : `?key=${page.key}`
  return `${publicUrl}/function/badge/${name}/builds/${build}${key}`
}

/** One line that fits. A character of two halves is not cut in between. */
function description(text: string): string {
  const line = oneLine(text).trim()
  if (line.length <= DESCRIPTION_LIMIT) return line
  return `${line.slice(0, DESCRIPTION_LIMIT - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
