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
import type { Wish } from './wish.ts'
import * as words from './words.ts'

const WISH_STYLE = `
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
    trail: way('again', view),
    style: WISH_STYLE,
    body: html`<div class="alone"><h1>Run this merge again?</h1>
<p class="lead">${mergeLine(record, githubUrl)}<span class="soft">${merge.repository}</span></p>
<p>The whole merge runs again, at commit <span class="mono">${merge.sha.slice(0, 12)}</span>, with all of its services:</p>
<ul class="outlook">${merge.services.map((service) => line(service, words.willBeBuilt))}</ul>
<p class="soft">${sentence(words.versionsStay)}</p>
<form method="post"><input type="hidden" name="token" value="${token}"><button>Run again</button> <a href="${addressOf(view)}">Leave it</a></form></div>`,
  })
}

/** Asks before a merge is cancelled: which one, and what becomes of its versions. */
export function cancelPage(view: BuildView, merge: MergeRecord, token: string, githubUrl: string): Reply {
  const { record } = view
  return frame({
    title: `Cancel · ${record.service} ${record.version}`,
    trail: way('cancel', view),
    style: WISH_STYLE,
    body: html`<div class="alone"><h1>Cancel this merge?</h1>
<p class="lead">${mergeLine(record, githubUrl)}<span class="soft">${merge.repository}</span></p>
<p>The whole merge is cancelled, with all of its services:</p>
<ul class="outlook">${merge.services.map((service) => line(service, words.willStop))}</ul>
<p class="soft">${sentence(words.cancelledEnds)}</p>
<form method="post"><input type="hidden" name="token" value="${token}"><button>Cancel it</button> <a href="${addressOf(view)}">Leave it</a></form></div>`,
  })
}

/** Says why a wish is not granted. */
export function refusedPage(wish: Wish, view: BuildView, reason: string, status: number): Reply {
  const title = heading(wish === 'again' ? words.notRunAgain : words.notCancelled)
  return frame({
    title,
    status,
    trail: way(wish, view),
    body: html`<div class="alone"><h1>${title}</h1>
<p class="note red">${sentence(reason)}</p>
<p><a href="${addressOf(view)}">Back to the build</a></p></div>`,
  })
}

function line({ name, version, state }: MergedService, otherwise: string): Html {
  const says = sentence(isPublished({ state }) ? words.isPublished : otherwise)
  return html`<li><p class="lead"><b>${name}</b><span class="version">${version}</span>${stateMark(STATES[state])}</p><p class="soft">${says}</p></li>`
}

function way(wish: Wish, view: BuildView) {
  const { service, version } = view.record
  return [
    { text: service, href: `${MOUNT}/${service}` },
    { text: version, href: addressOf(view) },
    { text: wish },
  ]
}

function addressOf({ record: { service, id } }: BuildView): string {
  return `${MOUNT}/${service}/builds/${id}`
}
