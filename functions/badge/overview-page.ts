import type { Reply } from '../shared/http.ts'
import { MOUNT } from './access.ts'
import { branchLinks, branchQuery, type Place } from './branch-links.ts'
import { drawnBadge } from './drawn-badge.ts'
import { frame } from './frame.ts'
import { type Html, html } from './html.ts'
import { short } from './measure.ts'
import { mergeLine } from './origin.ts'
import type { Sight } from './readings.ts'
import { REFRESH, REFRESH_SECONDS } from './refresh.ts'
import { sentence } from './sentence.ts'
import { originOfSight, reasonOfSight, stateOfSight, timeOfSight } from './standing.ts'
import { stateMark } from './state.ts'
import { when } from './when.ts'
import * as words from './words.ts'

/** What needs a person's look comes first. */
const ORDER = ['red', 'blue', 'green', 'grey']

type About = Place & { githubUrl: string }

/** The page of all services. */
export function overviewPage(all: Sight[], about: About, now: number): Reply {
  const sights = all.filter((sight) => about.branches.length === 1 || isThere(sight))
  const rank = ({ seen }: Sight) => ORDER.indexOf(seen.color)
  const sorted = [...sights].sort((a, b) => rank(a) - rank(b) || a.service.localeCompare(b.service))
  const retired = sorted.filter(({ seen }) => seen.standing === 'retired')
  const current = sorted.filter(({ seen }) => seen.standing !== 'retired')
  const list = (some: Sight[]) =>
    html`<ul class="services">${some.map((sight) => row(sight, about, now))}</ul>`
  const busy = current.some(({ seen }) => seen.color === 'blue')
  return frame({
    title: 'Services',
    body: html`<div class="head"><h1>Services</h1><p class="soft">${summary(current)}</p></div>
${branchLinks(`${MOUNT}/`, about)}
${current.length > 0 ? list(current) : nothing()}
${retired.length > 0 && html`<section aria-labelledby="retired"><h2 id="retired">Retired</h2><p class="soft">${sentence(words.staysPublished)}</p>${list(retired)}</section>`}`,
    ...(busy && { refreshSeconds: REFRESH_SECONDS, script: REFRESH }),
  })
}

/** Whether a branch has, or had, a service at all. */
function isThere({ seen, published }: Sight): boolean {
  return published !== undefined || !(seen.standing === 'retired' || seen.standing === 'unknown')
}

function row(sight: Sight, about: About, now: number): Html {
  const { service, seen, published, latest } = sight
  const origin = originOfSight(sight)
  const reason = reasonOfSight(sight)
  return html`<li><div class="what"><h2><a href="${MOUNT}/${service}${branchQuery(about)}">${service}</a></h2>${published && html`<span class="version">${published.version}</span>`}${latest?.type === 'AMI' && html`<span class="version">AMI</span>`}${stateMark(stateOfSight(sight))}</div>
<div class="from">${origin && html`${mergeLine(origin, about.githubUrl)}<small>${origin.repository}</small>`}${reason !== undefined && html`<p class="${seen.color}">${short(reason, 160)}</p>`}</div>
<div class="when">${drawnBadge(seen)}${when(timeOfSight(sight), now)}</div></li>`
}

/** `2 failing, 1 building, 47 published`. */
function summary(sights: Sight[]): string {
  const counts = new Map<string, number>()
  for (const { seen } of sights) counts.set(seen.standing, (counts.get(seen.standing) ?? 0) + 1)
  return [...counts].map(([standing, count]) => `${count} ${standing}`).join(', ')
}

function nothing(): Html {
  return html`<div class="alone"><p>Nothing has been built yet. Merge a repository with an <code>images.json</code>, and its services appear here.</p></div>`
}
