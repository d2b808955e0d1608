import { type Branches, isOf } from '../shared/branches.ts'
import { isPublished } from '../shared/build-record.ts'
import type { Reply } from '../shared/http.ts'
import { MOUNT } from './access.ts'
import { branchQuery } from './branch-links.ts'
import { buildHead, headMark, stateOf, titleOf } from './build-head.ts'
import { isOver, runOf } from './build-standing.ts'
import type { BuildView } from './build-views.ts'
import { COPY } from './copyable.ts'
import { FOLLOW, LINES } from './follow-script.ts'
import { frame } from './frame.ts'
import { type Html, html } from './html.ts'
import { logRows } from './log-rows.ts'
import { LOG_STYLE } from './log-style.ts'
import { type LogWindow, newestWindow, WINDOW_LINES, windowAround } from './log-window.ts'
import { sentence } from './sentence.ts'
import * as words from './words.ts'

type Addresses = { branches: Branches; registryPull: string; githubUrl: string }

/** How old a page is at most that shows a build going on, where scripts are off. */
const REFRESH_SECONDS = 5

/** One build: what it is, and its log from the end, or around line `at`. */
export function buildPage(view: BuildView, addresses: Addresses, at: number | undefined, now: number): Reply {
  const { record, book } = view
  const { service, version, id } = record
  const over = isOver(view)
  const shown = at === undefined ? newestWindow(book) : windowAround(book, at)
  const head = buildHead(view, addresses, now)
  const { branches } = addresses
  const branch = branches.find((one) => isOf(record, one)) ?? branches[0]
  return frame({
    title: titleOf(view),
    trail: [
      { text: service, href: `${MOUNT}/${service}${branchQuery({ branch, branches })}` },
      { text: `${version} · ${id.slice(14, 21)}` },
    ],
    body: html`<div id="build">${head}</div><p id="said" class="unseen" role="status"></p>
<section class="logbox" aria-labelledby="log">${bar(view)}${ways(book.lines(), shown)}
<div class="log ${widthOf(view)}" id="lines" data-next="${shown.last}" data-run="${runOf(view)}" data-seen="${headMark(head)}" data-tail="${shown.last === book.lines() ? 1 : 0}">${rows(view, shown)}</div>
${ways(book.lines(), shown)}</section>`,
    style: LOG_STYLE,
    script: COPY + LINES + (over ? '' : FOLLOW),
    ...(!over && { refreshSeconds: REFRESH_SECONDS }),
  })
}

function bar(view: BuildView): Html {
  const { record, book } = view
  const raw = `${MOUNT}/${record.service}/builds/${record.id}.log`
  const follow = html`<button type="button" id="follow" aria-pressed="false" hidden>Follow</button><button type="button" id="fresh" hidden></button>`
  const line = html`<form><label for="go">Line</label><input id="go" name="go" type="number" min="1" max="${book.lines()}" required><button>Go</button></form>`
  return html`<div class="logbar"><h2 id="log">Log</h2>${!isOver(view) && html`<span id="now">${stateOf(view)}</span>${follow}`}<span class="push"></span>${book.lines() > WINDOW_LINES && line}<a href="${raw}">Raw</a><a href="${raw}?download">Download</a></div>`
}

/** How wide the numbers are. A log that grows may come to five digits. */
function widthOf(view: BuildView): string {
  const digits = String(view.book.lines()).length
  return `d${Math.max(digits, isOver(view) ? 3 : 5)}`
}

/** Links to what this page does not show. */
function ways(lines: number, { first, last }: LogWindow): Html | undefined {
  if (first <= 1 && last >= lines) return undefined
  const to = (line: number, text: string) => html`<a href="?at=${line}#L${line}">${text}</a>`
  return html`<nav class="ways" aria-label="Parts of the log">${first > 1 && to(1, 'From the beginning')}${first > 1 && to(first - 1, 'Earlier')}<span class="soft">Lines ${first} to ${last} of ${lines}</span>${last < lines && to(last + 1, 'Later')}${last < lines && html`<a href="?">Newest</a>`}</nav>`
}

function rows({ book, record }: BuildView, shown: LogWindow): Html {
  if (book.lines() > 0) return logRows(book, shown)
  const nothing = isPublished(record) ? words.nothingBuilt : words.noLogYet
  return html`<p class="none">${sentence(nothing)}</p>`
}
