import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { BuildRecord } from '../shared/build-record.ts'
import type { Ledger } from '../shared/ledger.ts'
import { plainText } from '../shared/printable.ts'
import type { LiveLog } from './live-log.ts'

/** Text of one answer, in bytes. */
const TEXT_LIMIT = 64 * 1024 * 1024

const FINAL = ['built', 'unchanged', 'failed', 'held']

/** The log so far: every attempt that ended, then what is being written now. A terminal obeys nothing of it. */
export async function buildLog(ledger: Ledger, live: LiveLog, record: BuildRecord): Promise<string> {
  const parts: string[] = []
  let room = TEXT_LIMIT
  for (const layer of record.logs) {
    const text = await unpack(await ledger.log(record.service, layer), room)
    room -= Buffer.byteLength(text)
    parts.push(text)
  }
  const now = FINAL.includes(record.state) ? undefined : await live(record.service, record.id)
  if (now) parts.push(now)
  if (parts.length === 0) return nothing(record)
  const shown = parts.map(plainText)
  const headed = shown.map((text, index) => `== attempt ${index + 1} ==\n${ended(text)}\n`)
  return shown.length === 1 ? shown.join('') : headed.join('\n')
}

/** Without the line ends at its end. Not by an expression: a log of nothing but line ends would take it hours. */
function ended(text: string): string {
  let end = text.length
  while (text[end - 1] === '\n') end -= 1
  return text.slice(0, end)
}

/** A small file can inflate to anything. */
async function unpack(bytes: Buffer, room: number): Promise<string> {
  try {
    return (await promisify(gunzip)(bytes, { maxOutputLength: Math.max(room, 1) })).toString('utf8')
  } catch (error) {
    return `(this part cannot be shown: ${(error as Error).message})\n`
  }
}

function nothing({ service, version, state, reason }: BuildRecord): string {
  return `${service} ${version} is ${state}${reason ? ` (${reason})` : ''}: there is no log\n`
}
