import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createConnection } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { install, whereIs } from '../../local/debian.ts'

const START_MS = 10_000

export type Haproxy = {
  /** what it has written so far */
  output(): string
  stop(): Promise<void>
}

/**
 * Runs the real HAProxy with configuration files of ours until `ports` of 127.0.0.1 accept. `env` is what the files
 * name as "${NAME}", and all that the process gets. A file that HAProxy refuses is an Error with its words.
 */
export async function startHaproxy(options: {
  files: string[]
  env: Record<string, string>
  ports: number[]
}): Promise<Haproxy> {
  await install(['haproxy'], () => {})
  const program = whereIs('haproxy')
  if (program === undefined) throw new Error('this test needs haproxy: apt-get install haproxy')
  const files = options.files.flatMap((file) => ['-f', file])
  await promisify(execFile)(program, ['-c', ...files], { env: options.env }).catch((error) => {
    throw new Error(`haproxy refuses ${options.files.join(', ')}:\n${error.stdout}${error.stderr}`)
  })
  const child = spawn(program, ['-W', '-db', ...files], {
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  const exited = once(child, 'exit')
  const end = Date.now() + START_MS
  for (const port of options.ports) {
    while (!(await accepts(port))) {
      if (child.exitCode !== null || Date.now() > end) throw new Error(`haproxy does not listen:\n${output}`)
      await sleep(20)
    }
  }
  return {
    output: () => output,
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
