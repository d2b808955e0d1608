import { json, type Reply } from '../shared/http.ts'
import { buildHead, headMark, stateOf, titleOf } from './build-head.ts'
import { isOver, restOf, runOf, sentenceOf } from './build-standing.ts'
import type { BuildView } from './build-views.ts'
import { markup } from './html.ts'
import { logRows } from './log-rows.ts'
import { newestWindow } from './log-window.ts'

type Addresses = { registryPull: string; githubUrl: string }
type Asked = { from: number; seen: string; wait: number }

/**
 * What a page that shows the log up to line `from` lacks: new lines as markup (the newest, where there are more than
 * a page holds), the head where it is not the one that it has seen, and when to ask again.
 */
export function liveReply(view: BuildView, addresses: Addresses, asked: Asked, now: number): Reply {
  const { record, book } = view
  const shown = newestWindow(book, asked.from + 1)
  const head = buildHead(view, addresses, now)
  const mark = headMark(head)
  const known = mark === asked.seen
  return json(200, {
    state: record.state,
    run: runOf(view),
    html: shown.first > shown.last ? '' : markup(logRows(book, shown)),
    first: shown.first,
    next: Math.max(book.lines(), asked.from),
    lines: book.lines(),
    wait: Math.max(asked.wait, restOf(view)),
    done: isOver(view),
    ...(!known && {
      head: markup(head),
      seen: mark,
      now: markup(stateOf(view)),
      title: `${titleOf(view)} · artefacto`,
      said: said(view),
    }),
  })
}

function said(view: BuildView): string {
  const { service, version, state } = view.record
  return `${service} ${version}: ${state}. ${sentenceOf(view)}`
}
