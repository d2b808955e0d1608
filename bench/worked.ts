import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { cpuMs } from './process-cost.ts'

/** What a process and those of its children that ended have worked, in ms: whatever else the machine does. */
export function workedMs(pid: number): number {
  return cpuMs(readFileSync(`/proc/${pid}/stat`, 'utf8'), { children: true })
}

/** Waits until a process has done nothing for a moment: what it was given is done. */
export async function idle(pid: number): Promise<void> {
  for (let before = -1, now = workedMs(pid); now !== before; now = workedMs(pid)) {
    before = now
    await sleep(200)
  }
}
