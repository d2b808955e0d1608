import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inTurns } from './benchmark.ts'

const SCRIPT = join(import.meta.dirname, 'load.lua')

/** Enough to keep any server busy on a small machine, as few as GitHub's deliveries of a busy day are. */
const CONNECTIONS = 16

/** What a server answered while so many connections asked without pause; `p99` in ms. */
export type Load = { perSecond: number; p99: number }

/** A body, by its file, and the headers it is posted with. */
export type Posted = { file: string; headers: Record<string, string> }

/** Asks `url` with wrk for so many seconds. An answer of 400 or above, or none, is an Error: it counts for nothing. */
export async function load(url: string, seconds: number, posted?: Posted): Promise<Load> {
  const headers = Object.entries(posted?.headers ?? {}).map(([name, value]) => `${name}: ${value}`)
  const sent = posted ? ['--', posted.file, ...headers] : []
  const options = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--timeout', '10s', '-s', SCRIPT, url, ...sent]
  const { stdout } = await promisify(execFile)('wrk', options)
  const said = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, number>
  const { answers = 0, us = 0, p99 = 0, refused = 0, broken = 0 } = said
  if (answers === 0 || refused > 0 || broken > 0)
    throw new Error(`${url}: of ${answers} answers ${refused} were refusals, and ${broken} did not come`)
  return { perSecond: answers / (us / 1e6), p99: p99 / 1000 }
}

/** Loads by turns: what was answered a second, and the p99 of the same runs. */
export async function loads(turns: number, sides: Record<'ours' | 'theirs', () => Promise<Load>>) {
  const { ours, theirs } = await inTurns(turns, sides)
  return {
    perSecond: { ours: ours.map((one) => one.perSecond), theirs: theirs.map((one) => one.perSecond) },
    p99: { ours: ours.map((one) => one.p99), theirs: theirs.map((one) => one.p99) },
  }
}
