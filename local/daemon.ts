import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { lastUsefulLine } from './last-useful-line.ts'
import { endRecorded, recordPid } from './pid-file.ts'

export type DaemonOptions = {
  name: string
  program: string
  args: string[]
  env: NodeJS.ProcessEnv
  /** The working folder. */
  folder: string
  /** Gets the output of this run. */
  log: string
  pidFile: string
  /** Resolves to undefined when it can be used, otherwise to what is missing. */
  missing: () => Promise<string | undefined>
  startMs: number
  stopMs: number
}

/**
 * Starts a program that runs until `stop`, and waits until it can be used. One left from a run that was killed is
 * ended first. If it ends, or is not ready in time, the error holds the last line of its log that says why.
 */
export async function startDaemon(options: DaemonOptions): Promise<{ stop(): Promise<void> }> {
  const { pidFile, stopMs } = options
  const stop = (): Promise<void> => endRecorded(pidFile, stopMs)
  await stop()
  const settled = new AbortController()
  const reason = await Promise.race([launch(options), waitUntilReady(options, settled.signal)])
  settled.abort()
  if (reason === undefined) return { stop }
  await stop()
  throw new Error(
    `${options.name} did not start: ${lastUsefulLine(options.log) ?? reason} (log: ${options.log})`,
  )
}

/** Resolves with what happened when the program has ended. */
function launch({ program, args, env, folder, log, pidFile }: DaemonOptions): Promise<string> {
  const output = openSync(log, 'w', 0o600)
  // In a group of its own: a Ctrl-C in the terminal is ours to hear, and we end it in order.
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', output, output], detached: true })
  closeSync(output)
  if (child.pid !== undefined) recordPid(pidFile, child.pid)
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`))
  })
}

async function waitUntilReady(
  { missing, startMs }: DaemonOptions,
  settled: AbortSignal,
): Promise<string | undefined> {
  const deadline = Date.now() + startMs
  let reason = await missing()
  while (reason !== undefined && !settled.aborted && Date.now() < deadline) {
    await sleep(50)
    reason = await missing()
  }
  return reason && `not ready after ${startMs / 1000} s: ${reason}`
}
