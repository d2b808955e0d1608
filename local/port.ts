import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'

/** Fails unless 127.0.0.1:`port` can be listened on; the error names who holds it and `option`, e.g. `--port`. */
export async function ensurePortFree(port: number, option: string): Promise<void> {
  const code = await new Promise<string | undefined>((resolve) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(undefined)))
  })
  if (code === undefined) return
  if (code === 'EADDRINUSE') {
    throw new Error(`Port ${port} is taken by ${holder(port)}. End it, or choose another port with ${option}`)
  }
  throw new Error(`Port ${port} cannot be used (${code}). Choose another port with ${option}`)
}

/** Best effort, by Linux's /proc: other users' processes are visible to root only. */
function holder(port: number): string {
  const sockets = listening(port)
  for (const pid of list('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const fd of list(`/proc/${pid}/fd`)) {
      const target = attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`))
      if (target && sockets.has(target)) return `${name(pid)} (process ${pid})`
    }
  }
  return 'another program'
}

/** The sockets that listen on the port, as /proc/PID/fd shows them. */
function listening(port: number): Set<string> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  const rows = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    (attempt(() => readFileSync(table, 'utf8')) ?? '').split('\n'),
  )
  const found = rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, local, , state]) => state === '0A' && local?.endsWith(`:${hex}`))
  return new Set(found.map((row) => `socket:[${row[9]}]`))
}

function name(pid: string): string {
  return attempt(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim()) ?? 'a program'
}

function list(folder: string): string[] {
  return attempt(() => readdirSync(folder)) ?? []
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
