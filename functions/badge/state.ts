import type { ServiceState } from '../shared/build-record.ts'
import { type Html, html, trusted } from './html.ts'
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
}

const PATHS: Record<Shape, string> = {
  done: '<circle cx="8" cy="8" r="8" fill="currentColor"/><path d="M4.5 8.4l2.3 2.3 4.7-5"/>',
  same: '<circle cx="8" cy="8" r="8" fill="currentColor"/><path d="M5 6.4h6M5 9.6h6"/>',
  broken:
    '<path d="M5 0h6l5 5v6l-5 5H5l-5-5V5z" fill="currentColor" stroke="none"/><path d="M5.3 5.3l5.4 5.4m0-5.4l-5.4 5.4"/>',
  busy: '<circle cx="8" cy="8" r="7" class="ring"/><path d="M8 3a5 5 0 0 1 0 10z" fill="currentColor" stroke="none"/>',
  waiting: '<circle cx="8" cy="8" r="7" class="ring"/><path d="M8 4.2V8l2.6 1.7" class="ring"/>',
  none: '<circle cx="8" cy="8" r="7" class="ring"/><path d="M5 8h6" class="ring"/>',
}

/** The shapes, once for a page; `state` points to them. */
export const SHAPES: Html = html`<svg class="shapes" aria-hidden="true">${Object.entries(PATHS).map(
  ([shape, paths]) => html`<symbol id="s-${shape}" viewBox="0 0 16 16">${trusted(paths)}</symbol>`,
)}</svg>`

/** A state as people see it: shape and word. The page must hold SHAPES. */
export function stateMark({ word, color, shape }: State): Html {
  return html`<span class="state ${color}"><svg aria-hidden="true"><use href="#s-${shape}"/></svg>${word}</span>`
}
