import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process stands still in a few milliseconds, unless the kernel has it wait for a disk. */
const STOP_MS = 10_000

const ENDINGS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs `work` while a process stands still. It goes on listening: who connects waits, and nobody is refused, which
 * would make faasd 0.19 close the registry's port for ever. We do not end in between, and leave it so.
 */
export async function duringStandstill<T>(pid: number, work: () => Promise<T>): Promise<T> {
  const stay = () => {}
  for (const signal of ENDINGS) process.on(signal, stay)
  try {
    process.kill(pid, 'SIGSTOP')
    const deadline = Date.now() + STOP_MS
    while (!standsStill(pid)) {
      if (Date.now() > deadline) throw new Error(`process ${pid} does not stand still`)
      await sleep(5)
    }
    return await work()
  } finally {
    goOn(pid)
    for (const signal of ENDINGS) process.off(signal, stay)
  }
}

function goOn(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT')
  } catch {
    // It was ended meanwhile; what the work says of that is worth more.
  }
}

/** Whether all of its threads do: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function standsStill(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).every((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T')
  })
}
