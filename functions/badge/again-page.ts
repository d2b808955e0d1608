import { isPublished } from '../shared/build-record.ts'
import type { Reply } from '../shared/http.ts'
import type { MergedService, MergeRecord } from '../shared/merge-record.ts'
import { MOUNT } from './access.ts'
import type { BuildView } from './build-views.ts'
import { frame } from './frame.ts'
import { type Html, html } from './html.ts'
import { mergeLine } from './origin.ts'
import { heading, sentence } from './sentence.ts'
import { STATES, stateMark } from './state.ts'
import * as words from './words.ts'

const AGAIN_STYLE = `
.outlook{list-style:none;margin:1rem 0;padding:0;background:var(--sheet);border:1px solid var(--line);border-radius:12px}
.outlook li{padding:.75rem 1.25rem}
.outlook li+li{border-top:1px solid var(--line)}
.outlook p{margin:0}
form{display:flex;align-items:center;gap:1.25rem}
`

/** Asks before a merge runs again: which one, and what that does to its versions. */
export function againPage(view: BuildView, merge: MergeRecord, token: string, githubUrl: string): Reply {
  const { record } = view
  return frame({
    title: `Run again · ${record.service} ${record.version}`,
    trail: way(view),
    style: AGAIN_STYLE,
    body: html`<div class="alone"><h1>Run this merge again?</h1>
<p class="lead">${mergeLine(record, githubUrl)}<span class="soft">${merge.repository}</span></p>
<p>The whole merge runs again, at commit <span class="mono">${merge.sha.slice(0, 12)}</span>, with all of its services:</p>
<ul class="outlook">${merge.services.map(outlook)}</ul>
<p class="soft">${sentence(words.versionsStay)}</p>
<form method="post"><input type="hidden" name="token" value="${token}"><button>Run again</button> <a href="${addressOf(view)}">Leave it</a></form></div>`,
  })
}

/** Says why it does not run again. */
export function refusedPage(view: BuildView, reason: string, status: number): Reply {
  return frame({
    title: heading(words.notRunAgain),
    status,
    trail: way(view),
    body: html`<div class="alone"><h1>${heading(words.notRunAgain)}</h1>
<p class="note red">${sentence(reason)}</p>
<p><a href="${addressOf(view)}">Back to the build</a></p></div>`,
  })
}

function outlook({ name, version, state }: MergedService): Html {
  const says = isPublished({ state }) ? sentence(words.isPublished) : sentence(words.willBeBuilt)
  return html`<li><p class="lead"><b>${name}</b><span class="version">${version}</span>${stateMark(STATES[state])}</p><p class="soft">${says}</p></li>`
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
