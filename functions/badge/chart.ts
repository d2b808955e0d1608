import type { BuildRecord } from '../shared/build-record.ts'
import { bytes } from '../shared/size.ts'
import { type Html, html } from './html.ts'
import { lasting, took } from './measure.ts'
import { STATES } from './state.ts'

type Bar = { value: number; says: string; color: string }

/** Of the drawing, in its own units; a bar is 9 of them wide (style.ts). */
const HEIGHT = 56
const STEP = 11

/** How long builds took and how large they became, oldest on the left; a failed build's bar is hollow. */
export function charts(builds: BuildRecord[]): Html {
  const oldest = [...builds].reverse()
  const times = oldest.flatMap((build) => bar(build, took(build), lasting))
  const sizes = oldest.flatMap((build) => bar(build, build.size, bytes))
  return html`<div class="charts">${[chart('Time of builds', times, lasting), chart('Size of images', sizes, bytes)]}</div>`
}

function bar(build: BuildRecord, value: number | undefined, words: (value: number) => string): Bar[] {
  if (value === undefined || !Number.isFinite(value)) return []
  const { word, color } = STATES[build.state] ?? STATES.queued
  return [{ value, says: `${build.version}${color === 'green' ? '' : ` ${word}`}: ${words(value)}`, color }]
}

function chart(name: string, bars: Bar[], words: (value: number) => string): Html | undefined {
  if (bars.length < 2) return undefined
  const values = bars.map(({ value }) => value)
  const most = Math.max(...values, 1)
  const width = bars.length * STEP
  const drawn = bars.map(({ value, says, color }, index) => {
    const height = Math.max(Math.round((value / most) * HEIGHT), 2)
    const style = color !== 'green' && html` class="${color}"`
    return html`<rect${style} x="${index * STEP + 1}" y="${HEIGHT - height}" height="${height}"><title>${says}</title></rect>`
  })
  const last = words(values.at(-1) as number)
  const range = `between ${words(Math.min(...values))} and ${words(most)}, last ${last}`
  const label = `${name}: ${bars.length} builds, oldest first, ${range}`
  return html`<figure><figcaption>${name} <b>${last}</b> <small>up to ${words(most)}</small></figcaption>
<svg role="img" aria-label="${label}" viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="xMinYMax meet">${drawn}</svg></figure>`
}
