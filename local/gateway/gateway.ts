import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createFunctions } from './functions.ts'
import { serve } from './serve.ts'

export type FunctionSpec = {
  name: string
  /** folder with the bundle: handler.js */
  dir: string
  /** all of the function's environment but PATH and HOME; `secret_mount_path` comes here */
  env: Record<string, string>
  /** the compiled host.js; default: dist/host.cjs */
  host?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
}

export type GatewayOptions = {
  /** default 8080; 0 takes a free one */
  port?: number
  /** made for the gateway's own URL, which functions call and which port 0 leaves open until it listens */
  functions: (gatewayUrl: string) => FunctionSpec[]
  /** asked at each call of /system; an empty one lets nobody in */
  adminPassword: () => string
  /** each line a function writes, as `NAME: LINE` */
  log?: (line: string) => void
  /** when a call is cut, in ms; default: 60 s, as on a stock faasd */
  cutMs?: number
  /**
   * For tests of what is lost meanwhile: a call that finds no process listening is answered 500 at once, and 404
   * while a restart ends the old process, as faasd does after a deploy or a crash; a process that died waits for
   * the next call. Default: calls wait, processes start again by themselves.
   */
  coldAnswers?: 500
}

export type Gateway = {
  url: string
  port: number
  /** the function's process; `undefined` while there is none */
  pid(name: string): number | undefined
  /** queued calls that have not ended yet */
  queued(): number
  /** ends the function's process and waits until a new one listens, with `env` over its environment of before */
  restart(name: string, env?: Record<string, string>): Promise<void>
  /** ends the functions (SIGTERM, after 2 s SIGKILL), the queue and all connections */
  close(): Promise<void>
}

const HOST = join(import.meta.dirname, '../../dist/host.cjs')

/**
 * OpenFaaS's gateway for one machine: its HTTP contract (docs/decisions/0007) on 127.0.0.1, one process a
 * function, the queue in memory. Rejects when the port is taken. Does not wait for the functions: a call waits
 * for its own, and `GET /healthz` says when all of them listen.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 8080, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const specs = options.functions(url).map((spec) => ({ host: HOST, ...spec }))
  const functions = createFunctions(specs, options.log ?? (() => {}), options.coldAnswers === undefined)
  const { adminPassword, cutMs } = options
  server.on('request', (request, response) => {
    void serve(request, response, { functions, adminPassword, cutMs })
  })
  functions.start()
  return {
    url,
    port,
    pid: (name) => functions.find(name)?.process.pid,
    queued: () => functions.queue.length(),
    restart: async (name, env) => {
      const found = functions.find(name)
      if (found === undefined) throw new Error(`no function is called ${name}`)
      await found.process.restart(env)
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await functions.stop()
      await closed
    },
  }
}
