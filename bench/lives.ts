import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningHost } from '../test/local/host/running-host.ts'
import type { Start } from './bundles.ts'
import { asked, type FirstCall } from './first-calls.ts'
import { heldMb, type Spent, spent } from './process-cost.ts'

/** What was seen of a process: MB after its first answer, idle after its work, and at its peak; ms of CPU and wake-ups a minute while it was idle. */
export type Life = Record<'answered' | 'worked' | 'peak' | 'cpu' | 'wakeUps', number>

/** How a process is started, and what it is asked. */
export type Living = { start: Start; call: FirstCall }

/** After the first answer build still looks for what a process before it has left. */
const ANSWERED_MS = 2_000

/**
 * V8 tidies its memory up for a while after the last call: once that has not been so for QUIET_MS, or after SETTLED_MS at
 * the latest, the watch begins. Node's server looks at its connections every 30 s.
 */
const QUIET_MS = 30_000
const SETTLED_MS = 120_000
const WATCHED_MS = 30_000

const LOAD_MS = 1_000
export const CLIENTS = 20

/**
 * Lets processes live at the same time: a first answer each, `work`, rest, and at last, one after the
 * other, clients that ask without a pause.
 */
export async function livesOf(
  living: Living[],
  work: (hosts: RunningHost[]) => Promise<void>,
): Promise<Life[]> {
  const hosts = await Promise.all(living.map(({ start }) => start()))
  const pids = hosts.map(({ pid }) => pid)
  const each = async (what: (host: RunningHost, call: FirstCall) => Promise<unknown>) => {
    for (const [at, host] of hosts.entries()) await what(host, living[at]?.call as FirstCall)
  }
  try {
    await each(asked)
    await sleep(ANSWERED_MS)
    const answered = pids.map((pid) => heldMb(pid, 'now'))
    await work(hosts)
    await each(asked)
    await settled(pids)
    const before = pids.map(spent)
    await sleep(WATCHED_MS)
    const idle = pids.map((pid, at) => ({
      worked: heldMb(pid, 'now'),
      ...since(before[at] as Spent, spent(pid)),
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

/** Waits until none of these processes has worked for a while. */
async function settled(pids: number[]): Promise<void> {
  const end = performance.now() + SETTLED_MS
  const worked = () => pids.reduce((sum, pid) => sum + spent(pid).cpu, 0)
  for (let before = -1; before !== worked() && performance.now() < end; ) {
    before = worked()
    await sleep(QUIET_MS)
  }
}

function since(before: Spent, after: Spent): Spent {
  const perMinute = 60_000 / WATCHED_MS
  return { cpu: (after.cpu - before.cpu) * perMinute, wakeUps: (after.wakeUps - before.wakeUps) * perMinute }
}

async function load(host: RunningHost, call: FirstCall): Promise<void> {
  const end = performance.now() + LOAD_MS
  const client = async () => {
    while (performance.now() < end) await asked(host, call)
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
}
