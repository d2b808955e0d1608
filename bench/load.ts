import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inTurns } from './benchmark.ts'
import { workedMs } from './worked.ts'

const SCRIPT = join(import.meta.dirname, 'load.lua')

/** Enough to keep any server busy on a small machine. */
const CONNECTIONS = 16

const SECONDS = 2
/** A process of Node is at its speed after some thousand calls. */
const WARM_SECONDS = 4

/** What a server answered to who asked without pause; `p99`, and the processor time of its process for one answer, in ms. */
export type Load = { perSecond: number; p99: number; work: number }

/** A body, by its file, and the headers it is posted with. */
export type Posted = { file: string; headers: Record<string, string> }

/** Asks `url` with wrk for so many seconds. An answer of 400 or above, or none, is an Error: it counts for nothing. */
export async function load(
  { url, pid }: { url: string; pid: number },
  seconds: number,
  { posted, connections = CONNECTIONS }: { posted?: Posted; connections?: number } = {},
): Promise<Load> {
  const headers = Object.entries(posted?.headers ?? {}).map(([name, value]) => `${name}: ${value}`)
  const sent = posted ? ['--', posted.file, ...headers] : []
  const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', SCRIPT, url, ...sent]
  const before = workedMs(pid)
  const { stdout } = await promisify(execFile)('wrk', options)
  const said = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, number>
  const { answers = 0, us = 0, p99 = 0, refused = 0, broken = 0 } = said
  if (answers === 0 || refused > 0 || broken > 0)
    throw new Error(`${url}: of ${answers} answers ${refused} were refusals, and ${broken} did not come`)
  return { perSecond: answers / (us / 1e6), p99: p99 / 1000, work: (workedMs(pid) - before) / answers }
}

/** Loads by turns, as series; the one that is thrown away is longer, and warms up. */
export async function loads(
  turns: number,
  { ours, theirs }: Record<'ours' | 'theirs', (seconds: number) => Promise<Load>>,
) {
  const lasting = (side: typeof ours) => (turn: number) => side(turn === 0 ? WARM_SECONDS : SECONDS)
  const found = await inTurns(turns, { ours: lasting(ours), theirs: lasting(theirs) })
  const of = (key: keyof Load) => ({
    ours: found.ours.map((one) => one[key]),
    theirs: found.theirs.map((one) => one[key]),
  })
  return { perSecond: of('perSecond'), p99: of('p99'), work: of('work') }
}
