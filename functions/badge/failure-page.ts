import { Failure } from '../shared/failure.ts'
import type { Reply, Request } from '../shared/http.ts'
import { MOUNT } from './access.ts'
import { frame } from './frame.ts'
import { html } from './html.ts'
import { heading, sentence } from './sentence.ts'
import * as words from './words.ts'

/** What went wrong, as a page: what happened, and what to do. */
export function failurePage({ code, status, message }: Failure, { query }: Pick<Request, 'query'>): Reply {
  if (code === 'key') return keyPage(query.key !== undefined)
  const missing = code === 'not_found'
  const { message: nothing } = new Failure('not_found')
  const title = heading(missing ? nothing : words.noPage)
  const said = missing && message === nothing ? undefined : message
  return frame({
    title,
    status,
    trail: [{ text: String(status) }],
    body: html`<div class="alone"><h1>${title}</h1>
${said !== undefined && html`<p>${sentence(said)}</p>`}
<p>${sentence(missing ? words.noAddress : words.loadAgain)}</p>
<p><a href="${MOUNT}/">All services</a></p></div>`,
  })
}

/** A form without an address asks the page that it stands on, which moves the key into a cookie. */
function keyPage(tried: boolean): Reply {
  const wrong = html`<p class="note red" id="wrong">${sentence(words.wrongKey)}</p>`
  return frame({
    title: heading(words.pageLocked),
    status: 401,
    trail: [{ text: 'locked' }],
    body: html`<div class="alone"><h1>${heading(words.pageLocked)}</h1>
${tried && wrong}
<p>${sentence(words.askForKey)}</p>
<form><label for="key">Key</label><div class="ask"><input id="key" name="key" type="password" autocomplete="off" spellcheck="false" required${tried && html` aria-describedby="wrong"`}><button>Open</button></div></form>
<p class="soft">You run it? README says under “The badge” how the key is made from the payload secret. With the setting <code>pages=public</code> no key is asked for.</p></div>`,
  })
}
