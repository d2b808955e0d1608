import { readFileSync } from 'node:fs'
import { FUNCTIONS, type World } from './world.ts'

/** MB that each process holds right now (VmRSS), by its part; parts without a process of ours are left out. */
export async function memoryOf(world: World): Promise<Map<string, number>> {
  const pids: [string, number | undefined][] = [
    ...FUNCTIONS.map((name): [string, number | undefined] => [name, world.gateway.pid(name)]),
    ['registry', world.registry.pid()],
    ['ami', await world.ami?.pid()],
  ]
  const found = pids.map(([part, pid]): [string, number | undefined] => [part, pid && residentMb(pid)])
  return new Map(found.filter((entry): entry is [string, number] => entry[1] !== undefined))
}

function residentMb(pid: number): number | undefined {
  try {
    const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Math.round(Number(kb) / 1024)
  } catch {
    return undefined
  }
}
