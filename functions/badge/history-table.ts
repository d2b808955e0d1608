import type { BuildRecord } from '../shared/build-record.ts'
import { bytes } from '../shared/size.ts'
import { MOUNT } from './access.ts'
import { type Html, html } from './html.ts'
import { lasting, short, took } from './measure.ts'
import { mergeLine } from './origin.ts'
import { STATES, stateMark } from './state.ts'
import { when } from './when.ts'

const HEADS = ['Version', 'State', 'Merge', 'When', 'Took', 'Size'] as const

/** Builds, newest first. It is laid out as cards on a phone, and stays small: fifty rows are most of the page. */
export function historyTable(builds: BuildRecord[], githubUrl: string, now: number): Html {
  return html`<table aria-labelledby="builds"><thead><tr>${HEADS.map(
    (head) => html`<th scope="col">${head}</th>`,
  )}</tr></thead><tbody>${builds.map((build) => row(build, githubUrl, now))}</tbody></table>`
}

function row(build: BuildRecord, githubUrl: string, now: number): Html {
  const { service, id, version, state, attempt, reason, size } = build
  const ms = took(build)
  // HTML closes these cells and rows by itself.
  return html`<tr><th scope="row"><a href="${MOUNT}/${service}/builds/${id}">${version}</a>
<td>${stateMark(STATES[state] ?? { word: state, color: 'grey', shape: 'none' })}${attempt > 1 && html`<small>attempt ${attempt}</small>`}
<td>${mergeLine(build, githubUrl)}${reason !== undefined && html`<p>${short(reason, 72)}</p>`}
<td>${when(build.finished ?? build.started ?? build.time, now)}
<td>${ms === undefined ? '–' : lasting(ms)}<td>${size === undefined ? '–' : bytes(size)}
`
}
