import { execFile } from 'node:child_process'

const LIMIT_MS = 5_000

export type Ended = { code: number; stdout: string; stderr: string }

/** Runs a program of the host that only looks. Undefined where it is not installed; an Error after 5 s. */
export function program(name: string, args: string[]): Promise<Ended | undefined> {
  return new Promise((resolve, reject) => {
    execFile(name, args, { timeout: LIMIT_MS }, (error, stdout, stderr) => {
      if (error?.killed) reject(new Error(`${name} ${args[0]} did not end within ${LIMIT_MS / 1000} s`))
      else if (error?.code === 'ENOENT') resolve(undefined)
      else if (error && typeof error.code !== 'number') reject(error)
      else resolve({ code: Number(error?.code ?? 0), stdout, stderr })
    })
  })
}

/** What a program printed. An Error with its last line where it failed or is not installed. */
export async function outputOf(name: string, args: string[]): Promise<string> {
  const ended = await program(name, args)
  if (ended === undefined) throw new Error(`${name} is not installed`)
  if (ended.code !== 0) throw new Error(`${name} ${args[0]} failed: ${lastLine(ended)}`)
  return ended.stdout
}

/** The line that says why. */
export function lastLine({ code, stdout, stderr }: Ended): string {
  return `${stdout}\n${stderr}`.trim().split('\n').at(-1) || `exit code ${code}`
}
