import { readdirSync, readFileSync } from 'node:fs'

/** The processes of this machine that have a mark in their command lines (words end in NUL): these, after their pids. */
export function processesOf(mark: string): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const all = pids.map((pid) => ({ pid, command: commandOf(pid) }))
  return all.filter(({ command }) => command.includes(mark)).map(({ pid, command }) => `${pid} ${command}`)
}

/** '' of a process that has ended meanwhile. */
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
