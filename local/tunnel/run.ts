import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { recordPid } from '../pid-file.ts'
import type { FoundProgram } from './program.ts'

/** One run of a tunnel program. */
export type Run = {
  /** The public address, once the tunnel stands; never settles if it does not. */
  told: Promise<string>
  /** Why it ended, as it said itself or by its exit. */
  ended: Promise<string>
}

/** Starts a tunnel program for a port of 127.0.0.1 and reads what it prints. */
export function run(
  program: FoundProgram,
  port: number,
  { pidFile, log }: { pidFile: string; log: (line: string) => void },
): Run {
  // In a group of its own: a Ctrl-C in the terminal is ours to hear, and we end it in order.
  const child = spawn(program.path, program.args(port), { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  if (child.pid !== undefined) recordPid(pidFile, child.pid)
  let complaint: string | undefined
  let address: string | undefined
  const told = new Promise<string>((resolve) => {
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => {
        log(line)
        const news = program.complaintIn(line)
        // Said again in fewer words it is no news.
        if (news !== undefined && !complaint?.includes(news)) complaint = news
        address = program.addressIn(line) ?? address
        if (address !== undefined && program.standsBy(line)) resolve(address)
      })
    }
  })
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(complaint ?? `with ${signal ?? `exit code ${code}`}`))
  })
  return { told, ended }
}
