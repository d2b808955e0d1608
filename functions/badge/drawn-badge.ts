import { type Html, html } from './html.ts'
import { LABEL, type Look } from './look.ts'

/** The badge drawn by the page's style: a list of fifty images would be fifty requests in the badges' own lane. */
export function drawnBadge({ message, color }: Look): Html {
  return html`<span class="badge"><span>${LABEL}</span><b class="${color}">${message}</b></span>`
}
