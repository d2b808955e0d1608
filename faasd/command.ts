import { spawn } from 'node:child_process'

type Options = {
  input?: string
  env?: Record<string, string>
  cwd?: string
  /** exit codes beside 0 that are no failure: diff ends with 1 where it found something */
  fine?: number[]
}

/**
 * Runs a program of the box and gives what it printed. An Error says which program failed and its last lines;
 * `input` is never part of it.
 */
export function run(program: string, args: string[], options: Options = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => (stdout += chunk))
    child.stderr.on('data', (chunk) => (stderr += chunk))
    // A program that does not read its input ends the pipe: its exit code says what happened.
    child.stdin.on('error', () => {})
    child.stdin.end(options.input ?? '')
    child.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ENOENT' ? new Error(`${program} is not installed`) : error)
    })
    child.once('close', (code) => {
      if (code === 0 || options.fine?.includes(code ?? -1)) return resolve(stdout)
      const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-8).join('\n')
      reject(new Error(`${[program, ...args].join(' ')} ended with ${code}:\n${said}`))
    })
  })
}
