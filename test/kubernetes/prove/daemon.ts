import { spawn } from 'node:child_process'
import { openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const START_MS = 120_000

/** Starts a program with its output in `folder`/NAME.log; it ends with the process namespace that this runs in. */
export function daemon(folder: string, name: string, program: string, args: string[]): void {
  const log = join(folder, `${name}.log`)
  const output = openSync(log, 'w')
  const child = spawn(program, args, { stdio: ['ignore', output, output] })
  child.once('exit', (code, signal) => {
    console.error(`${name} ended with ${signal ?? code}: ${readFileSync(log, 'utf8').slice(-2000)}`)
  })
}

/** Waits until `look` gives something that is true; what it throws counts as not yet. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | false | undefined>,
  limitMs = START_MS,
): Promise<T> {
  const deadline = Date.now() + limitMs
  let last: unknown
  while (Date.now() < deadline) {
    const found = await look().catch((error: unknown) => {
      last = error
      return undefined
    })
    if (found) return found
    await sleep(250)
  }
  throw new Error(
    `${what} did not happen in ${limitMs / 1000} s${last ? `: ${(last as Error).message}` : ''}`,
  )
}
