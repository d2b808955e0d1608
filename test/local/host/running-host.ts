import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

export type Answer = {
  status: number
  headers: Record<string, string | string[]>
  body: Buffer
  text: string
}
export type Call = { method?: string; headers?: Record<string, string | string[]>; body?: Buffer | string }
export type RunningHost = {
  child: ChildProcess
  pid: number
  url: string
  call(path: string, call?: Call): Promise<Answer>
  stop(): Promise<void>
}

/** Starts host.js on a folder with a handler.js; resolves when it listens. */
export async function runningHost(
  host: string,
  folder: string,
  env: Record<string, string> = {},
): Promise<RunningHost> {
  const child = spawn(process.execPath, [host], {
    env: { PATH: process.env.PATH, http_port: '0', function_dir: folder, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [line] = await once(createInterface({ input: child.stdout as Readable }), 'line')
  const { listening } = JSON.parse(line as string) as { listening: number }
  const url = `http://127.0.0.1:${listening}`
  return {
    child,
    pid: child.pid as number,
    url,
    call: (path, call) => calling(url, path, call),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

/** One request on a connection of its own, the path exactly as given. */
export function calling(origin: string, path: string, call: Call = {}): Promise<Answer> {
  const { hostname, port } = new URL(origin)
  const { body, method = 'GET' } = call
  const chunked = call.headers?.['transfer-encoding'] !== undefined
  const framing = body === undefined || chunked ? {} : { 'content-length': Buffer.byteLength(body) }
  const headers = { ...framing, ...call.headers }
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () => {
        const body = Buffer.concat(chunks)
        const headers = response.headers as Answer['headers']
        resolve({ status: response.statusCode ?? 0, headers, body, text: body.toString() })
      })
    })
    sent.once('error', reject)
    sent.end(body)
  })
}
