import { type Html, html } from './html.ts'

const UNITS = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

const ABSOLUTE = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
})

/** How long ago it was, in words: `3 hours ago`. A clock that is ahead of ours is `just now`. */
export function ago(time: number, now: number): string {
  const seconds = Math.max((now - time) / 1000, 0)
  const [unit, length] = UNITS.find(([, size]) => seconds >= size) ?? []
  return unit === undefined ? 'just now' : RELATIVE.format(-Math.floor(seconds / length), unit)
}

/** A moment as a person reads it and as a program does: `3 hours ago`, and the time itself beside it. */
export function when(time: number | string | undefined, now: number): Html | undefined {
  const moment = new Date(time ?? Number.NaN)
  if (Number.isNaN(moment.getTime())) return undefined
  return html`<time datetime="${moment.toISOString().slice(0, 19)}Z">${ago(moment.getTime(), now)} <small>${ABSOLUTE.format(moment)} UTC</small></time>`
}
