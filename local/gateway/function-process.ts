import { type ChildProcess, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

// A process that dies again within this time waits longer each time, up to LONGEST_WAIT_MS.
const SETTLED_MS = 10_000
const LONGEST_WAIT_MS = 5_000
// A handler that never finishes loading must not hold the queue for ever.
const LONGEST_START_MS = 30_000

export type ProcessOptions = {
  name: string
  /** folder with handler.js */
  dir: string
  /** the function's whole environment, but for PATH, HOME and what the host needs */
  env: Record<string, string>
  /** host.js */
  host: string
  log: (line: string) => void
  /** whether a process that died starts again by itself, not only with the next call */
  startsAgain: boolean
}

/** One function's process: at most one at a time, started again when it died, unless it ended with 0. */
export class FunctionProcess {
  #options: ProcessOptions
  #child: ChildProcess | undefined
  #listening: Promise<number> | undefined
  /** One for all who wait: many calls may break at once. */
  #exited: Promise<void> = Promise.resolve()
  #ending: Promise<void> = Promise.resolve()
  #port: number | undefined
  #startedAt = new Date()
  #deaths = 0
  #again: NodeJS.Timeout | undefined
  #stopped = false
  #finished = false
  #deploying = false

  constructor(options: ProcessOptions) {
    this.#options = options
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** The port, once the process listens; `undefined` before that and when it is dead. */
  get port(): number | undefined {
    return this.#port
  }

  /** Whether `restart` is waiting for the end of the old process. */
  get deploying(): boolean {
    return this.#deploying
  }

  get startedAt(): Date {
    return this.#startedAt
  }

  /**
   * The port of the running process; starts a dead one and waits until it listens. Rejects if it dies first, and
   * after an exit with 0: the watchdog stays alive without it, so that faasd starts nothing until a deploy.
   */
  running(): Promise<number> {
    if (this.#stopped) return Promise.reject(new Error(`${this.#options.name} is stopped`))
    if (this.#finished) return Promise.reject(new Error(`${this.#options.name} ended with 0`))
    // Two processes of one function never overlap: `build` must be alone.
    this.#listening ??= this.#ending.then(() => this.#start())
    this.#listening.catch(() => {})
    return this.#listening
  }

  /**
   * For a call that failed on its way to `port`: a connection breaks a moment before the exit behind it is told,
   * and whoever calls next shall meet the next process. Waits for that exit, at most half a second.
   */
  async exitOf(port: number): Promise<void> {
    if (this.#child === undefined || this.#port !== port) return
    await Promise.race([this.#exited, sleep(500, undefined, { ref: false })])
  }

  async restart(env: Record<string, string> = {}): Promise<void> {
    this.#options = { ...this.#options, env: { ...this.#options.env, ...env } }
    this.#deploying = true
    this.#ending = this.#ending.then(() => this.#end())
    await this.#ending
    this.#deploying = false
    this.#finished = false
    await this.running()
  }

  /** Ends the process for good: SIGTERM, after 2 s SIGKILL. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#ending = this.#ending.then(() => this.#end())
    await this.#ending
  }

  #start(): Promise<number> {
    if (this.#stopped) throw new Error(`${this.#options.name} is stopped`)
    clearTimeout(this.#again)
    this.#startedAt = new Date()
    const child = this.#spawn()
    this.#child = child
    this.#exited = new Promise((resolve) => child.once('exit', () => resolve()))
    this.#read(child.stderr as Readable, () => false)
    const late = setTimeout(() => child.kill('SIGKILL'), LONGEST_START_MS)
    return new Promise<number>((resolve, reject) => {
      this.#read(child.stdout as Readable, (line) => {
        const port = line.match(/^\{"listening":(\d+)\}$/)?.[1]
        // A line may come after the exit it was written before.
        if (port === undefined || this.#port !== undefined || this.#child !== child) return false
        this.#port = Number(port)
        clearTimeout(late)
        resolve(this.#port)
        return true
      })
      child.once('error', reject)
      child.once('exit', (code, signal) => {
        clearTimeout(late)
        reject(new Error(`${this.#options.name} ended before it listened (${signal ?? `code ${code}`})`))
        if (this.#child === child) this.#died(code, signal)
      })
    })
  }

  #spawn(): ChildProcess {
    const { env, dir, host } = this.#options
    return spawn(process.execPath, [host], {
      cwd: tmpdir(),
      env: { PATH: process.env.PATH, HOME: tmpdir(), ...env, http_port: '0', function_dir: dir },
      // The host ends with whoever holds the other end of its stdin: killed, we could not end it.
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  }

  #read(stream: Readable, taken: (line: string) => boolean): void {
    createInterface({ input: stream }).on('line', (line) => {
      if (!taken(line)) this.#options.log(`${this.#options.name}: ${line}`)
    })
  }

  #died(code: number | null, signal: string | null): void {
    this.#forget()
    this.#finished = code === 0
    if (this.#finished) {
      this.#options.log(`${this.#options.name}: ended with 0: faasd answers 500 until it is deployed again`)
    }
    if (this.#stopped || this.#finished || !this.#options.startsAgain) return
    // At once, so that `build` takes up what it was at.
    const settled = Date.now() - this.#startedAt.getTime() > SETTLED_MS
    this.#deaths = settled ? 1 : this.#deaths + 1
    const wait = Math.min(50 * 2 ** this.#deaths, LONGEST_WAIT_MS)
    this.#options.log(
      `${this.#options.name}: ended (${signal ?? `code ${code}`}), starts again in ${wait} ms`,
    )
    this.#again = setTimeout(() => void this.running().catch(() => {}), wait)
  }

  #forget(): void {
    this.#child = undefined
    this.#listening = undefined
    this.#port = undefined
  }

  async #end(): Promise<void> {
    clearTimeout(this.#again)
    const child = this.#child
    this.#forget()
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const kill = setTimeout(() => child.kill('SIGKILL'), 2_000)
    await new Promise((resolve) => {
      child.once('exit', resolve)
      child.kill('SIGTERM')
    })
    clearTimeout(kill)
  }
}
