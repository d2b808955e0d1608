import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { outputOf } from './program.ts'

export type CoreLook = { gone: string[]; running: number } | { unknown: string }

/** The services of faasd's docker-compose.yaml that have no running task, and how many have one. */
export async function lookAtCore(faasd: string): Promise<CoreLook> {
  const path = join(faasd, 'docker-compose.yaml')
  try {
    const tasks = await outputOf('ctr', ['--namespace', 'openfaas', 'tasks', 'ls'])
    const compose = parse(readFileSync(path, 'utf8')) as { services?: Record<string, unknown> } | null
    const running = runningTasks(tasks)
    const names = Object.keys(compose?.services ?? {})
    const gone = names.filter((name) => !running.has(name))
    return { gone, running: names.length - gone.length }
  } catch (error) {
    return { unknown: (error as Error).message }
  }
}

/** `ctr tasks ls` prints a head, then TASK, PID and STATUS. */
export function runningTasks(table: string): Set<string | undefined> {
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/))
  return new Set(rows.filter(([, , status]) => status === 'RUNNING').map(([name]) => name))
}
