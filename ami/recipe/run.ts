import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Runs a program; an Error says what it said. */
export async function run(
  program: string,
  args: string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  try {
    await execute(program, args, { env, maxBuffer: 64 << 20 })
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string }
    const last = stderr.trim().split('\n').at(-1) || message
    throw new Error(`${program} ${args[0]}: ${last}`)
  }
}
