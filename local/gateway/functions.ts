import { Agent } from 'node:http'
import { FunctionProcess } from './function-process.ts'
import { type Described, type FunctionStatus, functionStatus } from './function-status.ts'
import { createQueue, type Queue } from './queue.ts'

export type RunningFunction = {
  name: string
  process: FunctionProcess
  status(): FunctionStatus
  /** adds one to the invocations that `faas-cli list` shows */
  count(): void
}

/** The functions of one gateway, the queue they share and the connections to them. */
export type Functions = {
  all: RunningFunction[]
  find(name: string): RunningFunction | undefined
  queue: Queue
  agent: Agent
  /** whether a call waits for its function's process, and a dead process starts again by itself */
  waits: boolean
  start(): void
  stop(): Promise<void>
}

export function createFunctions(
  specs: (Described & { env: Record<string, string>; host: string })[],
  log: (line: string) => void,
  waits = true,
): Functions {
  const options = { log, startsAgain: waits }
  const all = specs.map((spec) => runningFunction(spec, new FunctionProcess({ ...spec, ...options })))
  const queue = createQueue()
  const agent = new Agent({ keepAlive: true })
  return {
    all,
    find: (name) => all.find((one) => one.name === name),
    queue,
    agent,
    waits,
    start: () => {
      // What cannot start is told by its log line and by /healthz.
      for (const one of all) one.process.running().catch(() => {})
    },
    stop: async () => {
      queue.close()
      await Promise.all(all.map((one) => one.process.stop()))
      agent.destroy()
    },
  }
}

function runningFunction(spec: Described, process: FunctionProcess): RunningFunction {
  let invocations = 0
  return {
    name: spec.name,
    process,
    count: () => {
      invocations++
    },
    status: () => {
      const { startedAt, port } = process
      return functionStatus(spec, { invocations, startedAt, listening: port !== undefined })
    },
  }
}
