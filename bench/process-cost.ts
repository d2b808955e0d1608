import { readdirSync, readFileSync } from 'node:fs'

/** MB that a process holds, now or at its peak: proc(5), VmRSS and VmHWM. */
export function heldMb(pid: number, when: 'now' | 'peak'): number {
  const field = when === 'now' ? 'VmRSS' : 'VmHWM'
  const kib = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return (Number(kib) * 1024) / 1e6
}

/** What a process has taken since it started: ms of CPU, and how often one of its threads was woken up. */
export type Spent = { cpu: number; wakeUps: number }

/** Of the kernel's clock for this, USER_HZ: the same on every Linux that Node knows. */
const TICK_MS = 10

export function spent(pid: number): Spent {
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8'),
  )
  return { cpu: cpuMs(readFileSync(`/proc/${pid}/stat`, 'utf8')), wakeUps: wakeUps(threads) }
}

/**
 * utime and stime of /proc/PID/stat, whose second field is a name that may have spaces and parentheses in it; with
 * `children` cutime and cstime, too, which are of those that ended.
 */
export function cpuMs(stat: string, { children = false } = {}): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, children ? 15 : 13).map(Number)
  return ticks.reduce((sum, more) => sum + more, 0) * TICK_MS
}

/** A thread that goes to sleep by itself is woken up as often. */
export function wakeUps(threads: string[]): number {
  return threads.reduce(
    (sum, status) => sum + Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1]),
    0,
  )
}
