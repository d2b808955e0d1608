import type { BuildRecord } from '../shared/build-record.ts'
import { diskTag } from '../shared/disk.ts'
import type { Reply } from '../shared/http.ts'
import { bytes } from '../shared/size.ts'
import { MOUNT } from './access.ts'
import { branchLinks, branchQuery, type Place } from './branch-links.ts'
import { charts } from './chart.ts'
import { COPY, copyable } from './copyable.ts'
import { diskSheet } from './disk-sheet.ts'
import { frame } from './frame.ts'
import { historyTable } from './history-table.ts'
import { type Html, html } from './html.ts'
import { LABEL } from './look.ts'
import { mergeLine } from './origin.ts'
import type { Sight } from './readings.ts'
import { REFRESH, REFRESH_SECONDS } from './refresh.ts'
import { sentence } from './sentence.ts'
import { originOfSight, reasonOfSight, stateOfSight, timeOfSight } from './standing.ts'
import { stateMark } from './state.ts'
import { when } from './when.ts'
import * as words from './words.ts'

type Addresses = Place & { registryPull: string; publicUrl: string; githubUrl: string }

/** The page of one service: what stands, how to take it, and how it came. */
export function servicePage(sight: Sight, builds: BuildRecord[], addresses: Addresses, now: number): Reply {
  const { service, seen } = sight
  const busy = seen.color === 'blue'
  return frame({
    title: service,
    trail: [{ text: service }],
    body: html`${heading(sight, addresses, now)}
${published(sight, addresses, now)}
${disk(sight, addresses)}
<section aria-labelledby="builds"><h2 id="builds">Builds</h2>
${charts(builds)}
${historyTable(builds, addresses.githubUrl, now)}
<p class="soft">The newest ${builds.length === 1 ? 'build' : `${builds.length} builds`}. For scripts: <a href="${MOUNT}/${service}/builds.json${branchQuery(addresses)}">builds.json</a></p></section>`,
    script: COPY + (busy ? REFRESH : ''),
    ...(busy && { refreshSeconds: REFRESH_SECONDS }),
  })
}

function heading(sight: Sight, addresses: Addresses, now: number): Html {
  const { githubUrl } = addresses
  const { service, newest, latest, seen } = sight
  const origin = originOfSight(sight)
  const reason = reasonOfSight(sight)
  const id = newest?.services.find(({ name }) => name === service)?.build ?? latest?.id
  const log = id !== undefined && html` <a href="${MOUNT}/${service}/builds/${id}">See the build</a>`
  return html`<div class="head"><h1>${service}</h1><img src="${MOUNT}/${service}.svg${branchQuery(addresses)}" alt="${LABEL}: ${seen.message}" height="20"></div>
${branchLinks(`${MOUNT}/${service}`, addresses)}
<p class="lead">${stateMark(stateOfSight(sight))}${origin && html` <span>${mergeLine(origin, githubUrl)}</span><span class="soft">${origin.repository} · ${when(timeOfSight(sight), now)}</span>`}</p>
${reason !== undefined && html`<p class="note ${seen.color}"><b>Why:</b> ${reason}${log}</p>`}
${latest?.untold !== undefined && html`<p class="note grey">${sentence(words.noStatus(latest.untold))}</p>`}`
}

function published(sight: Sight, addresses: Addresses, now: number): Html {
  return html`<section aria-labelledby="now"><h2 id="now">Published now</h2>
<div class="sheet">${sight.published ? facts(sight.published, now) : html`<p>${sentence(words.nothingPublished)}</p>`}
${pulls(sight, addresses)}
${copyable('Badge for a README', markdown(sight.service, addresses))}</div></section>`
}

function facts(build: BuildRecord, now: number): Html {
  return html`<dl><div><dt>Version</dt><dd class="big">${build.version}</dd></div>
${build.type === 'AMI' && html`<div><dt>Type</dt><dd>AMI</dd></div>`}
${build.size !== undefined && html`<div><dt>Size, compressed</dt><dd>${bytes(build.size)}</dd></div>`}
<div><dt>Published</dt><dd>${when(build.finished ?? build.time, now)}</dd></div>
<div class="wide"><dt>Digest</dt><dd class="mono">${build.digest}</dd></div></dl>`
}

function pulls({ service, published: build, gone }: Sight, { registryPull }: Addresses): Html | undefined {
  if (build === undefined) return undefined
  const image = `${registryPull}/${service}`
  return gone.includes(build.version)
    ? html`<p class="note red">${sentence(words.nothingToPull)}</p>`
    : html`${copyable('Pull by tag', `docker pull ${image}:${build.version}`)}
${copyable('Pull by digest', `docker pull ${image}@${build.digest}`)}`
}

function disk({ published: build, gone }: Sight, { registryPull }: Addresses): Html | undefined {
  return build && !gone.includes(diskTag(build.version)) ? diskSheet(build, registryPull) : undefined
}

function markdown(service: string, addresses: Addresses): string {
  const [page, query] = [`${addresses.publicUrl}${MOUNT}/${service}`, branchQuery(addresses)]
  return `[![${LABEL}](${page}.svg${query})](${page}${query})`
}
