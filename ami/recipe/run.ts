import { execFile } from 'node:child_process'
import { basename } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)
/** What programs say before they say that they have failed. */
const CAUSES = [/no space left on device|disk quota exceeded/i, /^E: /]

/** Runs a program; an Error says what it said. `signal` ends it. */
export async function run(
  program: string,
  args: string[],
  { env = process.env, signal }: { env?: NodeJS.ProcessEnv; signal?: AbortSignal | undefined } = {},
): Promise<void> {
  try {
    await execute(program, args, { env, maxBuffer: 64 << 20, ...(signal && { signal }) })
  } catch (error) {
    signal?.throwIfAborted()
    const {
      stderr = '',
      message,
      code,
    } = error as { stderr?: string; message: string; code?: string | number }
    if (code === 'ENOENT')
      throw new Error(
        `${program} is not on this machine: it takes apt and dpkg, as Debian and Ubuntu have them`,
      )
    const lines = stderr.trim().split('\n')
    const said = CAUSES.map((cause) => lines.find((line) => cause.test(line))).find(Boolean) ?? lines.at(-1)
    throw new Error(`${basename(program)}: ${said || message}`)
  }
}
