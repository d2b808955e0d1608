import type { Reply } from '../shared/http.ts'
import type { MergedService, MergeRecord } from '../shared/merge-record.ts'
import { MOUNT } from './access.ts'
import type { BuildView } from './build-views.ts'
import { frame } from './frame.ts'
import { type Html, html } from './html.ts'
import { mergeLine } from './origin.ts'
import { STATES, stateMark } from './state.ts'

/** Asks before a merge runs again: which one, and what that does to its versions. */
export function againPage(view: BuildView, merge: MergeRecord, token: string, githubUrl: string): Reply {
  const { record } = view
  return frame({
    title: `Run again · ${record.service} ${record.version}`,
    trail: way(view),
    body: html`<div class="alone"><h1>Run this merge again?</h1>
<p class="lead">${mergeLine(record, githubUrl)}<span class="soft">${merge.repository}</span></p>
<p>The whole merge runs again, at commit <span class="mono">${merge.sha.slice(0, 12)}</span>, with all of its services:</p>
<ul>${merge.services.map(outlook)}</ul>
<p class="soft">A version that is published stays the image that it is. A tag that may move, such as latest, moves only if no newer merge has it. The log of the attempt before is kept.</p>
<form method="post"><input type="hidden" name="token" value="${token}"><button>Run again</button> <a href="${addressOf(view)}">Leave it</a></form></div>`,
  })
}

/** Says why it does not run again. */
export function refusedPage(view: BuildView, reason: string, status: number): Reply {
  return frame({
    title: 'It was not run again',
    status,
    trail: way(view),
    body: html`<div class="alone"><h1>It was not run again</h1>
<p class="note red">${reason[0]?.toUpperCase()}${reason.slice(1)}.</p>
<p><a href="${addressOf(view)}">Back to the build</a></p></div>`,
  })
}

function outlook({ name, version, state }: MergedService): Html {
  const stands = state === 'built' || state === 'unchanged'
  const says = stands ? 'is published already; where its sources are the same, nothing is built' : 'is built'
  return html`<li><b>${name}</b> <span class="version">${version}</span> ${stateMark(STATES[state])} ${says}</li>`
}

function way(view: BuildView) {
  const { service, version } = view.record
  return [
    { text: service, href: `${MOUNT}/${service}` },
    { text: version, href: addressOf(view) },
    { text: 'again' },
  ]
}

function addressOf({ record: { service, id } }: BuildView): string {
  return `${MOUNT}/${service}/builds/${id}`
}
