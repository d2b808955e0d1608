import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a process and those of its children that ended have worked, in ms: whatever else the machine does. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const times = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 16).map(Number)
  return times.reduce((sum, ticks) => sum + ticks, 0) * 10
}

/** Waits until a process has done nothing for a moment: what it was given is done. */
export async function idle(pid: number): Promise<void> {
  for (let before = -1, now = cpuMs(pid); now !== before; now = cpuMs(pid)) {
    before = now
    await sleep(200)
  }
}
