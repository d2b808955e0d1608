import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDaemon } from './daemon.ts'
import { dockerAt } from './docker.ts'
import { endRecorded, recordPid } from './pid-file.ts'
import type { State } from './state.ts'
import { unmountBelow } from './unmount.ts'

const START_MS = 60_000
/** dockerd gives containers 10 s to end before it ends itself. */
const STOP_MS = 30_000
/** A socket's path ends at 107 bytes (unix(7)); containerd puts `/exec/containerd/containerd-debug.sock` below. */
const RUN_FOLDER_BYTES = 60
const PID_FILE = 'dockerd.pid'
const CONTAINERD_PID = 'exec/containerd/containerd.pid'

/** Starts a dockerd of our own: its data in the state folder, nothing shared with another engine on the machine. */
export async function startDockerd(options: {
  state: State
  program: string
}): Promise<{ host: string; version: string; stop(): Promise<void> }> {
  const folder = join(options.state.folder, 'engine')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const run = runFolder(folder)
  const host = `unix://${join(run, 'docker.sock')}`
  await endLeftovers(folder, run)
  const daemon = await startDaemon({
    name: 'dockerd',
    program: options.program,
    args: dockerdArgs(folder, run, host),
    // PATH: a login shell of root has the folders of iptables and containerd, what started us may not.
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin` },
    folder,
    log: join(folder, 'dockerd.log'),
    pidFile: join(folder, PID_FILE),
    missing: () =>
      versionOf(host).then(
        () => undefined,
        (error: Error) => error.message,
      ),
    startMs: START_MS,
    stopMs: STOP_MS,
  })
  const stop = async (): Promise<void> => {
    await daemon.stop()
    await endContainerd(run, folder)
    await unmount(folder, run)
  }
  return { host, version: await versionOf(host), stop }
}

async function versionOf(host: string): Promise<string> {
  return (await dockerAt(host, { timeout: 2000 }).version()).Version
}

function dockerdArgs(folder: string, run: string, host: string): string[] {
  return [
    ['--host', host],
    ['--data-root', join(folder, 'data')],
    ['--exec-root', join(run, 'exec')],
    ['--pidfile', join(run, 'docker.pid')],
  ].flat()
}

/** The folder of the sockets: with the state, or, where that path is too long, the same one under /tmp each time. */
function runFolder(folder: string): string {
  if (Buffer.byteLength(folder) <= RUN_FOLDER_BYTES) return folder
  const short = join(tmpdir(), `artefacto-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`)
  mkdirSync(short, { recursive: true, mode: 0o700 })
  // Whoever owns the folder of a root daemon's socket is root: the name can be foreseen, so somebody may be first.
  const found = lstatSync(short)
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0) return short
  throw new Error(`${short} belongs to somebody else: remove it, or take a shorter --state`)
}

/**
 * What a killed run left. A pid file there that names a process, whoever that is by now (a zombie, too), makes
 * dockerd refuse to start, or wait in vain for a containerd. What it finds mounted it never unmounts.
 */
async function endLeftovers(folder: string, run: string): Promise<void> {
  await endRecorded(join(folder, PID_FILE), STOP_MS)
  await endContainerd(run, folder)
  rmSync(join(run, 'docker.pid'), { force: true })
  rmSync(join(run, CONTAINERD_PID), { force: true })
  await unmount(folder, run)
}

/** dockerd leaves the network namespace of a container mounted that it could not end in its time. */
async function unmount(folder: string, run: string): Promise<void> {
  for (const part of [folder, run]) await unmountBelow(part)
}

/** dockerd ends its containerd, unless dockerd itself had to be killed. */
async function endContainerd(run: string, folder: string): Promise<void> {
  const config = join(run, 'exec/containerd/containerd.toml')
  const pid = Number(readOr(join(run, CONTAINERD_PID), '0'))
  if (pid === 0 || !readOr(`/proc/${pid}/cmdline`, '').includes(config)) return
  const pidFile = join(folder, 'containerd.pid')
  recordPid(pidFile, pid)
  await endRecorded(pidFile, STOP_MS)
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return otherwise
  }
}
