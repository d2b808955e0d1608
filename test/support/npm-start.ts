import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const START = join(import.meta.dirname, '../../local/start.ts')
const DEADLINE_MS = 120_000

/** `npm start` as a person sees it: its words so far, what it printed next, and its end. */
export type Started = {
  output: () => string
  /** Waits until the output from `from` on fits; gives the match. */
  says: (words: RegExp, from?: number) => Promise<RegExpExecArray>
  /** Ctrl-C, or its own end; gives the exit code. */
  end: (signal?: NodeJS.Signals) => Promise<number | null>
}

/** Runs what `npm start -- ARGS` runs after it has installed and bundled. It makes no disks. */
export function npmStart(args: string[], env: Record<string, string | undefined>): Started {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', START, '--no-ami', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout?.on('data', (chunk) => (output += chunk))
  child.stderr?.on('data', (chunk) => (output += chunk))
  return {
    output: () => output,
    says: async (words, from = 0) => {
      const end = Date.now() + DEADLINE_MS
      for (;;) {
        const found = words.exec(output.slice(from))
        if (found) return found
        if (Date.now() > end || child.exitCode !== null) throw new Error(`it never said ${words}:\n${output}`)
        await sleep(20)
      }
    },
    end: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      const ended = once(child, 'exit')
      if (signal) child.kill(signal)
      await ended
      return child.exitCode
    },
  }
}
