import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { livingPid, recordPid } from '../local/pid-file.ts'
import type { Box } from './box.ts'
import { run } from './command.ts'

/** One at a time; and the watcher keeps still while the file is there and its process lives. */
export async function locked<T>(box: Box, work: () => Promise<T>): Promise<T> {
  const lock = join(box.state, 'install.lock')
  mkdirSync(box.state, { recursive: true, mode: 0o700 })
  const other = livingPid(lock)
  if (other !== undefined)
    throw new Error(`Another installer, or a collection, is at work here (process ${other})`)
  rmSync(lock, { force: true })
  recordPid(lock, process.pid)
  try {
    await stopWatcher()
    return await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

/** Ends a run of the watcher that is under way: it must not repair what is being changed. */
async function stopWatcher(): Promise<void> {
  await run('systemctl', ['stop', 'artefacto-watch.service']).catch(() => '')
}
