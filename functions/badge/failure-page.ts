import type { Failure } from '../shared/failure.ts'
import type { Reply, Request } from '../shared/http.ts'
import { MOUNT } from './access.ts'
import { frame } from './frame.ts'
import { html } from './html.ts'

/** What went wrong, as a page: what happened, and what to do. */
export function failurePage({ code, status, message }: Failure, { query }: Pick<Request, 'query'>): Reply {
  if (code === 'key') return keyPage(query.key !== undefined)
  const missing = code === 'not_found'
  const title = missing ? 'There is nothing here' : 'This page cannot be shown now'
  const said = missing && message === 'there is nothing here' ? undefined : message
  return frame({
    title,
    status,
    trail: [{ text: String(status) }],
    body: html`<div class="alone"><h1>${title}</h1>
${said !== undefined && html`<p>${said[0]?.toUpperCase()}${said.slice(1)}.</p>`}
<p>${missing ? html`No service or build has this address. It may never have been built, or be one of those that are dropped after the newest 50.` : html`Load it again in a moment. The badges go on saying what they know.`}</p>
<p><a href="${MOUNT}/">All services</a></p></div>`,
  })
}

/** A form without an address asks the page that it stands on, which moves the key into a cookie. */
function keyPage(tried: boolean): Reply {
  const wrong = html`<p class="note red" id="wrong">That key does not open this page. Each service has its own, and there is one for all.</p>`
  return frame({
    title: 'This page opens with a key',
    status: 401,
    trail: [{ text: 'locked' }],
    body: html`<div class="alone"><h1>This page opens with a key</h1>
${tried && wrong}
<p>Ask whoever runs artefacto here for the link with its key, or for the key itself. This browser will remember it.</p>
<form><label for="key">Key</label><div class="ask"><input id="key" name="key" type="password" autocomplete="off" spellcheck="false" required${tried && html` aria-describedby="wrong"`}><button>Open</button></div></form>
<p class="soft">You run it? README says under “The badge” how the key is made from the payload secret. With the setting <code>pages=public</code> no key is asked for.</p></div>`,
  })
}
