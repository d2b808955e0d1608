import { readFileSync, writeFileSync } from 'node:fs'
import { readIfThere } from '../../registry/private-file.ts'
import { type Firewall, firewallsHere } from './firewall.ts'
import { lastLine, outputOf, program } from './program.ts'

/** What a running service may do that it should not, by the words for it; `how` where that cannot be seen. */
export type Confinement = { pid: number; loose: string[] } | { how: string }

type Limit = { what: string; path: string; value: string }

const GIB = 1024 ** 3
/** As in a Docker Engine: local/ami.ts. */
const LIMITS = [
  { what: 'memory', controller: 'memory', file: 'memory.max', old: 'memory.limit_in_bytes', value: `${GIB}` },
  { what: 'processes', controller: 'pids', file: 'pids.max', old: 'pids.max', value: '128' },
]
/** In the service's own network: it answers, and begins nothing. */
const CLOSED = [
  ...['OUTPUT', '!', '-o', 'lo', '-m', 'conntrack', '!', '--ctstate', 'ESTABLISHED'],
  ...['-m', 'comment', '--comment', 'artefacto', '-j', 'DROP'],
]

/**
 * Whether what faasd's compose file cannot say holds for a core service: no network of its own, memory, processes. All
 * of it is new with each start of faasd. Undefined where the service does not run.
 */
export async function confinementOf(service: string, root?: string): Promise<Confinement | undefined> {
  try {
    const pid = pidOf(await outputOf('ctr', ['--namespace', 'openfaas', 'tasks', 'ls']), service)
    if (pid === undefined) return undefined
    const open = await openFirewalls(pid)
    const loose = limitsOf(pid, root).filter(({ path, value }) => readIfThere(path)?.trim() !== value)
    return { pid, loose: [...(open.length > 0 ? ['a network'] : []), ...loose.map(({ what }) => what)] }
  } catch (error) {
    return { how: (error as Error).message }
  }
}

/** Takes away what it should not have. An Error says what could not be taken. */
export async function confine(pid: number, root?: string): Promise<void> {
  for (const firewall of await openFirewalls(pid)) await outputOf('nsenter', inNetworkOf(pid, firewall, '-I'))
  for (const { path, value } of limitsOf(pid, root)) writeFileSync(path, value)
}

/** `ctr tasks ls` prints a head, then TASK, PID and STATUS. */
export function pidOf(table: string, service: string): number | undefined {
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/))
  const row = rows.find(([name, , status]) => name === service && status === 'RUNNING')
  return row && Number(row[1])
}

/**
 * The files that hold a process's limits, by its /proc/PID/cgroup: a line for each controller (version 1), or one for all
 * of them. https://man7.org/linux/man-pages/man7/cgroups.7.html
 */
export function limitFiles(cgroups: string, root = '/sys/fs/cgroup'): Limit[] {
  const lines = cgroups.split('\n').map((line) => /^\d+:([^:]*):(.*)$/.exec(line) ?? [])
  const at = (controllers: string) => lines.find(([, names]) => names?.split(',').includes(controllers))?.[2]
  return LIMITS.map(({ what, controller, file, old, value }) => {
    const path = at(controller)
    return { what, value, path: path ? `${root}/${controller}${path}/${old}` : `${root}${at('')}/${file}` }
  })
}

function limitsOf(pid: number, root?: string): Limit[] {
  return limitFiles(readFileSync(`/proc/${pid}/cgroup`, 'utf8'), root)
}

async function openFirewalls(pid: number): Promise<Firewall[]> {
  const open: Firewall[] = []
  for (const firewall of firewallsHere()) {
    const ended = await program('nsenter', inNetworkOf(pid, firewall, '-C'))
    if (ended === undefined) throw new Error('nsenter is not installed')
    // 1 is "no such rule"; all else is a firewall that cannot be asked.
    if (ended.code > 1) throw new Error(lastLine(ended))
    if (ended.code === 1) open.push(firewall)
  }
  return open
}

function inNetworkOf(pid: number, firewall: Firewall, verb: '-C' | '-I'): string[] {
  return [`--net=/proc/${pid}/ns/net`, firewall, '-w', '3', verb, ...CLOSED]
}
