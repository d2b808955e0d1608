import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningHost } from '../test/local/host/running-host.ts'
import type { Start } from './bundles.ts'
import { asked, type FirstCall } from './first-calls.ts'
import { heldMb, type Spent, spent } from './process-cost.ts'

/** What was seen of a process: MB after its first answer, idle after its work, and at its peak; ms of CPU and wake-ups a minute while it was idle. */
export type Life = Record<'answered' | 'worked' | 'peak' | 'cpu' | 'wakeUps', number>

/** How a process is started, and what it is asked. */
export type Living = { start: Start; call: FirstCall }

/** How long all are left alone, after the first answer and after the work: V8 goes on tidying up for a while. */
const ANSWERED_MS = 2_000
const WORKED_MS = 10_000

const LOAD_MS = 2_000
export const CLIENTS = 20

/**
 * Lets processes live at the same time: a first answer each, `work`, idleness of `idleMs`, and at last, one after the
 * other, clients that ask without a pause.
 */
export async function livesOf(
  living: Living[],
  work: (hosts: RunningHost[]) => Promise<void>,
  idleMs: number,
): Promise<Life[]> {
  const hosts = await Promise.all(living.map(({ start }) => start()))
  const pids = hosts.map(({ child }) => child.pid as number)
  const each = async (what: (host: RunningHost, call: FirstCall) => Promise<unknown>) => {
    for (const [at, host] of hosts.entries()) await what(host, living[at]?.call as FirstCall)
  }
  try {
    await each(asked)
    await sleep(ANSWERED_MS)
    const answered = pids.map((pid) => heldMb(pid, 'now'))
    await work(hosts)
    await each(asked)
    await sleep(WORKED_MS)
    const before = pids.map(spent)
    await sleep(idleMs)
    const idle = pids.map((pid, at) => ({
      worked: heldMb(pid, 'now'),
      ...since(before[at] as Spent, spent(pid), idleMs),
    }))
    await each(load)
    return idle.map((one, at) => ({
      ...one,
      answered: answered[at] as number,
      peak: heldMb(pids[at] as number, 'peak'),
    }))
  } finally {
    await Promise.all(hosts.map((host) => host.stop()))
  }
}

function since(before: Spent, after: Spent, ms: number): Spent {
  const perMinute = 60_000 / ms
  return { cpu: (after.cpu - before.cpu) * perMinute, wakeUps: (after.wakeUps - before.wakeUps) * perMinute }
}

async function load(host: RunningHost, call: FirstCall): Promise<void> {
  const end = performance.now() + LOAD_MS
  const client = async () => {
    while (performance.now() < end) await asked(host, call)
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
}
