import { linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Records a process in a new file; false if the file is there. Never seen half written: it is linked when whole. */
export function recordPid(path: string, pid: number): boolean {
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, `${pid} ${startTime(pid) ?? ''}`)
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft)
  }
}

/** The recorded process if it still runs; undefined if it is gone or its number is somebody else's by now. */
export function livingPid(path: string): number | undefined {
  let recorded: string
  try {
    recorded = readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
  const [pid = '', started = ''] = recorded.split(' ')
  if (!/^\d+$/.test(pid) || !runs(Number(pid))) return undefined
  return started === '' || startTime(Number(pid)) === started ? Number(pid) : undefined
}

/** Ends the recorded process, SIGTERM first and SIGKILL after `graceMs`, and removes the file. */
export async function endRecorded(path: string, graceMs: number): Promise<void> {
  const pid = livingPid(path)
  if (pid !== undefined) {
    signal(pid, 'SIGTERM')
    const deadline = Date.now() + graceMs
    while (livingPid(path) !== undefined && Date.now() < deadline) await sleep(20)
    if (livingPid(path) !== undefined) signal(pid, 'SIGKILL')
    while (livingPid(path) !== undefined) await sleep(20)
  }
  rmSync(path, { force: true })
}

/** A process may end between the look and the signal: that is what was wanted. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A first thread that has ended is a zombie while others of the process still hold its sockets. */
function hasThreads(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).length > 1
}

/** Field 22 of /proc/PID/stat; undefined where there is no /proc; `gone` for a zombie (nobody may ever reap it). */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold spaces and brackets: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return /[ZX]/.test(fields[0] ?? '') && !hasThreads(pid) ? 'gone' : fields[19]
  } catch {
    return undefined
  }
}
