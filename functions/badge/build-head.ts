import { createHash } from 'node:crypto'
import { isPublished } from '../shared/build-record.ts'
import { bytes } from '../shared/size.ts'
import { MOUNT } from './access.ts'
import { isOver, sentenceOf } from './build-standing.ts'
import type { BuildView } from './build-views.ts'
import { copyable } from './copyable.ts'
import { diskSheet } from './disk-sheet.ts'
import { type Html, html, markup } from './html.ts'
import { lasting, took } from './measure.ts'
import { mergeLine } from './origin.ts'
import { sentence } from './sentence.ts'
import { STATES, stateMark } from './state.ts'
import { when } from './when.ts'
import * as words from './words.ts'

type Addresses = { registryPull: string; githubUrl: string }

/** What a build's page says above the log. It changes while the build goes on; the log only grows. */
export function buildHead(view: BuildView, addresses: Addresses, now: number): Html {
  const { record, silent } = view
  const { service, version, state, reason, untold } = record
  const color = state === 'failed' ? 'red' : state === 'error' ? 'blue' : 'grey'
  const again = html`<a class="button" href="${MOUNT}/${service}/builds/${record.id}/again">Run again</a>`
  return html`<div class="head"><h1>${service} <span class="version">${version}</span></h1>${isOver(view) && again}</div>
<p class="lead">${stateOf(view)} ${sentenceOf(view)}</p>
<p class="lead">${mergeLine(record, addresses.githubUrl)}<span class="soft">${record.repository} · ${record.branch}</span></p>
${reason !== undefined && html`<p class="note big ${color}">${reason}</p>`}
${silent !== undefined && html`<p class="note grey">${sentence(words.buildSilent(silent))}</p>`}
${untold !== undefined && html`<p class="note grey">${sentence(words.noStatus(untold))}</p>`}
<div class="sheet about">${facts(view, now)}${image(view, addresses)}</div>
${isPublished(record) && diskSheet(record, addresses.registryPull)}`
}

/** The state as a shape and a word. */
export function stateOf({ record: { state } }: BuildView): Html {
  return stateMark(STATES[state] ?? { word: state, color: 'grey', shape: 'none' })
}

function facts({ record }: BuildView, now: number): Html {
  const { type, tags, time, queued, started, finished, size, attempt, logs, builtFrom, manual } = record
  const ms = took(record)
  const attempts = Math.max(attempt, logs.length)
  return html`<dl class="facts">
${fact('Type', type === 'AMI' ? type : undefined)}
${fact('Tags', isPublished(record) && tags?.length ? tags.join(', ') : undefined)}
${fact(manual ? 'Committed' : 'Merged', when(time, now))}
${started === undefined ? fact('Queued', when(queued, now)) : fact('Started', when(started, now))}
${fact('Finished', when(finished, now))}
${fact('Took', ms === undefined ? undefined : lasting(ms))}
${fact('Size, compressed', size === undefined ? undefined : bytes(size))}
${fact('Attempts', attempts > 1 ? String(attempts) : undefined)}
${fact('Built by', builtFrom === undefined ? undefined : html`<span class="mono">${builtFrom.slice(0, 12)}</span>`)}
</dl>`
}

function fact(name: string, value: Html | string | undefined): Html | undefined {
  return value === undefined ? undefined : html`<div><dt>${name}</dt><dd>${value}</dd></div>`
}

/** How to take what was published; also what a mutable tag has meanwhile moved away from. */
function image({ record }: BuildView, { registryPull }: Addresses): Html | undefined {
  const { service, version, digest } = record
  if (digest === undefined || !isPublished(record)) return undefined
  return html`<h2 class="unseen">Image</h2>${copyable('Pull by tag', `docker pull ${registryPull}/${service}:${version}`)}
${copyable('Pull by digest', `docker pull ${registryPull}/${service}@${digest}`)}`
}

/** Names what a head says, but for how long ago things were. */
export function headMark(head: Html): string {
  const lasting = markup(head).replace(/<time.*?<\/time>/g, '')
  return createHash('sha256').update(lasting).digest('base64url').slice(0, 12)
}

/** What a browser's tab says. */
export function titleOf({ record: { service, version, state } }: BuildView): string {
  return `${state} · ${service} ${version}`
}
