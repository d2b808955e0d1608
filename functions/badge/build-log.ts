import { type BuildRecord, isFinalBuild } from '../shared/build-record.ts'
import type { Ledger } from '../shared/ledger.ts'
import { plainText } from '../shared/printable.ts'
import { endedLogs } from './ended-logs.ts'
import { type LiveLog, livePieces } from './live-log.ts'
import * as words from './words.ts'

/** The log so far: every attempt that ended, then what is being written now. A terminal obeys nothing of it. */
export async function buildLog(ledger: Ledger, live: LiveLog, record: BuildRecord): Promise<string> {
  const parts: string[] = []
  for await (const bytes of endedLogs(ledger, record)) parts.push(bytes.toString('utf8'))
  const now = isFinalBuild(record) ? '' : await liveText(live, record)
  if (now !== '') parts.push(now)
  if (parts.length === 0) return nothing(record)
  const shown = parts.map(plainText)
  const headed = shown.map((text, index) => `${words.attempt(index + 1)}\n${ended(text)}\n`)
  return shown.length === 1 ? shown.join('') : headed.join('\n')
}

async function liveText(live: LiveLog, { service, id }: BuildRecord): Promise<string> {
  let text = ''
  for await (const piece of livePieces(live, service, id)) {
    if (piece === 'nothing') break
    text += 'silent' in piece ? `${words.aside(words.buildSilent(piece.silent))}\n` : piece.text
  }
  return text
}

/** Without the line ends at its end. Not by an expression: a log of nothing but line ends would take it hours. */
function ended(text: string): string {
  let end = text.length
  while (text[end - 1] === '\n') end -= 1
  return text.slice(0, end)
}

function nothing({ service, version, state, reason }: BuildRecord): string {
  const said = reason
    ? words.noLogBecause(service, version, state, reason)
    : words.noLog(service, version, state)
  return `${said}\n`
}
