import type { ServiceState } from '../shared/build-record.ts'
import { isFinalBuild } from '../shared/build-record.ts'
import type { MergeRecord } from '../shared/merge-record.ts'
import type { BuildView } from './build-views.ts'
import { sentence } from './sentence.ts'
import * as words from './words.ts'

/** The state of a build in one sentence. A state of a newer artefacto is shown as it is. */
export function sentenceOf({ record, merge }: Pick<BuildView, 'record' | 'merge'>): string {
  const stands: Record<ServiceState, string> = words.STANDS
  const said = sentence(stands[record.state] ?? words.stateIs(record.state))
  return isFinalBuild(record) && merge && isOpen(merge) ? `${said} ${sentence(words.mergeInWork)}` : said
}

/** Whether more is to come: of this build, or of its merge, which may be running again. */
export function isOver({ record, merge }: Pick<BuildView, 'record' | 'merge'>): boolean {
  return isFinalBuild(record) && !(merge && isOpen(merge))
}

/** Whether a merge is in work, or waits for it. */
export function isOpen({ state }: MergeRecord): boolean {
  return state === 'queued' || state === 'building' || state === 'publishing'
}

/** Whether a merge can be cancelled: it waits or is built, and is not being published. */
export function isCancellable({ state, time }: MergeRecord): boolean {
  return time !== undefined && (state === 'queued' || state === 'building' || state === 'error')
}

/** Names the attempt whose lines a page shows last: where it is another one, numbers of lines mean other lines. */
export function runOf({ record: { attempt, state, logs } }: Pick<BuildView, 'record'>): string {
  const writing = state === 'queued' || state === 'building'
  return `${attempt}-${logs.length + (writing ? 1 : 0)}`
}

/** When a page may ask again at the earliest, in ms: where nothing is printed it may take its time. */
export function restOf({ record: { state } }: Pick<BuildView, 'record'>): number {
  if (state === 'error') return 5_000
  return state === 'queued' ? 1_500 : 0
}
