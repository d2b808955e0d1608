import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { livingPid, recordPid } from './pid-file.ts'

/** The one folder that `npm start` keeps everything in (paths are absolute), held until `close`. */
export type State = {
  folder: string
  secrets: string
  certs: string
  registry: string
  github: string
  close(): void
}

/** Opens the folder, making what is missing. Fails if another process that still runs has it open. */
export function openState(folder: string): State {
  const root = resolve(folder)
  const secrets = join(root, 'secrets')
  const certs = join(root, 'certs')
  const registry = join(root, 'registry')
  const github = join(root, 'github')
  mkdirSync(root, { recursive: true })
  for (const part of [secrets, certs, registry, github]) mkdirSync(part, { recursive: true, mode: 0o700 })
  const lock = join(root, 'lock')
  takeLock(lock, root)
  return { folder: root, secrets, certs, registry, github, close: () => rmSync(lock, { force: true }) }
}

function takeLock(lock: string, root: string): void {
  if (recordPid(lock, process.pid)) return
  const holder = livingPid(lock)
  if (holder === undefined) {
    rmSync(lock, { force: true })
    if (recordPid(lock, process.pid)) return
  }
  throw new Error(
    `${root} is in use by process ${holder ?? livingPid(lock)}. End that one, or take another folder with --state`,
  )
}
