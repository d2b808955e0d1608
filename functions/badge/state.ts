import type { ServiceState } from '../shared/build-record.ts'
import { type Html, html } from './html.ts'
import type { Look } from './look.ts'

export type Shape = 'done' | 'same' | 'broken' | 'busy' | 'waiting' | 'none'

/** A word, and its colour and shape: what the word says, no colour says alone. */
export type State = { word: string; color: Look['color']; shape: Shape }

/** A build's state in the badge's own words. */
export const STATES: Record<ServiceState, State> = {
  queued: { word: 'queued', color: 'blue', shape: 'waiting' },
  building: { word: 'building', color: 'blue', shape: 'busy' },
  staged: { word: 'staged', color: 'blue', shape: 'busy' },
  built: { word: 'built', color: 'green', shape: 'done' },
  unchanged: { word: 'unchanged', color: 'green', shape: 'same' },
  failed: { word: 'failed', color: 'red', shape: 'broken' },
  error: { word: 'waiting', color: 'blue', shape: 'waiting' },
  held: { word: 'held', color: 'grey', shape: 'waiting' },
  superseded: { word: 'superseded', color: 'grey', shape: 'none' },
}

/** A state as people see it: a shape, which is drawn by the style, and a word. */
export function stateMark({ word, color, shape }: State): Html {
  return html`<span class="state ${shape} ${color}">${word}</span>`
}
