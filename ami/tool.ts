import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** A program that did not do its work; `said` is the end of what it wrote. */
export class ToolError extends Error {
  override readonly name = 'ToolError'
  readonly said: string

  constructor(program: string, code: number | string | null, said: string) {
    super(`${program} ended with ${code}: ${said.trim().split('\n').at(-1) || 'it said nothing'}`)
    this.said = said
  }
}

export type Tool = { stdin: Writable; stdout: Readable; ended: Promise<void>; kill(): void }
type Run = { signal: AbortSignal; env?: Record<string, string> }

const SAID_LIMIT = 8_000

/** Starts a program as the first of a process group of its own, which `signal` kills as a whole. */
export function startTool(program: string, args: string[], { signal, env = {} }: Run): Tool {
  signal.throwIfAborted()
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(program, args, {
    stdio: 'pipe',
    detached: true,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...env },
  })
  let said = ''
  child.stderr.on('data', (chunk) => (said = `${said}${chunk}`.slice(-SAID_LIMIT)))
  const kill = () => void (child.pid && child.exitCode === null && killGroup(child.pid))
  signal.addEventListener('abort', kill, { once: true })
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', (error) => reject(new ToolError(program, error.message, said)))
    child.once('close', (code, by) => {
      signal.removeEventListener('abort', kill)
      if (signal.aborted) reject(signal.reason)
      else if (code === 0) resolve()
      else reject(new ToolError(program, code ?? by, said))
    })
  })
  // Whoever waits for the end hears of it; nobody else must fall over it.
  ended.catch(() => {})
  return { stdin: child.stdin, stdout: child.stdout, ended, kill }
}

/** Runs a program to its end with that input. A failure of the input counts more than what the program made of it. */
export async function runTool(
  program: string,
  args: string[],
  { input = [], ...options }: Run & { input?: Iterable<string> | AsyncIterable<Buffer> },
): Promise<void> {
  const tool = startTool(program, args, options)
  tool.stdout.resume()
  let broken: unknown
  const feeding = pipeline(input, tool.stdin).catch((error: NodeJS.ErrnoException) => {
    // A program that ends early closes its input, and tells itself why.
    if (['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(error.code ?? '')) return
    broken = error
    // Half an input must not pass for a whole one.
    tool.kill()
  })
  // An input that has stalled does not end with the program.
  await Promise.race([feeding, tool.ended.catch(() => {})])
  await tool.ended.catch((error) => {
    throw broken ?? error
  })
  if (broken) throw broken
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended in this moment.
  }
}
