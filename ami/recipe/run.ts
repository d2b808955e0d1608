import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { basename } from 'node:path'
import { text } from 'node:stream/consumers'

/** What programs say before they say that they have failed. */
const CAUSES = [/no space left on device|disk quota exceeded/i, /^E: /]

/** Runs a program; an Error says what it said. `signal` ends it and whatever it has started. */
export async function run(
  program: string,
  args: string[],
  { env = process.env, signal }: { env?: NodeJS.ProcessEnv; signal?: AbortSignal | undefined } = {},
): Promise<void> {
  signal?.throwIfAborted()
  // In a group of its own: a Ctrl-C in the terminal is ours to hear.
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  const end = () => endGroup(child)
  signal?.addEventListener('abort', end)
  try {
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
    signal?.throwIfAborted()
    if (code !== 0) throw new Error(`${basename(program)}: ${causeOf(said) || `it ended with code ${code}`}`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new Error(
      `${program} is not on this machine: it takes apt and dpkg, as Debian and Ubuntu have them`,
    )
  } finally {
    signal?.removeEventListener('abort', end)
  }
}

/** dpkg-deb has a tar write the files, which would go on alone. */
function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // It has ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function causeOf(said: string): string | undefined {
  const lines = said.trim().split('\n')
  return CAUSES.map((cause) => lines.find((line) => cause.test(line))).find(Boolean) ?? lines.at(-1)
}
