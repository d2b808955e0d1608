import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { endRecorded } from '../pid-file.ts'
import type { State } from '../state.ts'
import { watchForLoss } from './lost.ts'
import type { FoundProgram } from './program.ts'
import { run } from './run.ts'

// cloudflared gives up after 15 s without an answer.
const START_MS = 30_000
const STOP_MS = 2_000
const LOOK_MS = 30_000
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 60_000
const SETTLED_MS = 60_000

type Standing = { address: string; ended: Promise<string>; since: number }

export type Tunnel = {
  /** The public address of now, `https://NAME`. */
  address: () => string
  stop: () => Promise<void>
}

export type TunnelOptions = {
  program: FoundProgram
  /** The port of 127.0.0.1 that it leads to. */
  port: number
  state: State
  say: (line: string) => void
  /** Called with each address after the first. */
  moved: (address: string) => void
  /** How often it is looked whether the tunnel still stands, in ms. */
  lookMs?: number
}

/**
 * Opens a tunnel, and another one whenever it ends, until `stop`. Fails with the program's own reason if the first
 * one does not begin. What the program prints is in tunnel.log of the state folder.
 */
export async function openTunnel(options: TunnelOptions): Promise<Tunnel> {
  const { program, port, state, say, moved } = options
  const pidFile = pidFileOf(state)
  const log = createWriteStream(join(state.folder, 'tunnel.log'), { mode: 0o600 })
  const stopped = new AbortController()
  const end = () => endTunnel(state)

  const begin = async (): Promise<Standing> => {
    // One that was left by a start that was killed.
    await end()
    stopped.signal.throwIfAborted()
    const { told, ended } = run(program, port, { pidFile, log: (line) => void log.write(`${line}\n`) })
    const late = sleep(START_MS, `no tunnel stands after ${START_MS / 1000} s`, { ref: false })
    const failed = Promise.race([ended, late]).then((reason) => ({ reason }))
    const found = await Promise.race([told, failed])
    if (typeof found === 'string') return { address: found, ended, since: Date.now() }
    await end()
    throw new Error(`${program.name} gives no public address: ${found.reason} (log: ${log.path})`)
  }

  let current = await begin()
  const keep = async () => {
    let wait = FIRST_WAIT_MS
    while (!stopped.signal.aborted) {
      const reason = await current.ended
      if (stopped.signal.aborted) return
      say(`${program.name} has ended (${reason}): opening another tunnel`)
      if (Date.now() - current.since > SETTLED_MS) wait = FIRST_WAIT_MS
      // Each costs Cloudflare a name: not in a hurry, and ever less so.
      for (
        let standing: Standing | undefined;
        standing === undefined;
        wait = Math.min(2 * wait, LONGEST_WAIT_MS)
      ) {
        await sleep(wait, undefined, { signal: stopped.signal }).catch(() => {})
        if (stopped.signal.aborted) return
        standing = await begin().catch((error: Error) => void say(error.message))
        current = standing ?? current
      }
      if (!stopped.signal.aborted) moved(current.address)
    }
  }
  const kept = keep()
  const watched = watchForLoss(
    () => current.address,
    options.lookMs ?? LOOK_MS,
    stopped.signal,
    async () => {
      say(`${program.name} runs, but its tunnel is not known any more at ${current.address}`)
      await end()
    },
  )
  return {
    address: () => current.address,
    stop: async () => {
      stopped.abort()
      await end()
      await kept
      await watched
      await end()
      log.end()
    },
  }
}

/** Ends the tunnel program that a state folder has running, if any. */
export function endTunnel(state: State): Promise<void> {
  return endRecorded(pidFileOf(state), STOP_MS)
}

function pidFileOf(state: State): string {
  return join(state.folder, 'tunnel.pid')
}
