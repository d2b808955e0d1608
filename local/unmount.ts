import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Unmounts all that is mounted at or below a folder, the newest first: it could not be removed otherwise. */
export async function unmountBelow(folder: string): Promise<void> {
  for (const path of mountPoints(readFileSync('/proc/self/mountinfo', 'utf8'), folder)) {
    await run('umount', ['--lazy', path])
  }
}

/** Field 5 of mountinfo, in which a blank is `\040`: https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html */
export function mountPoints(mountinfo: string, folder: string): string[] {
  const points = mountinfo.split('\n').map((line) => line.split(' ')[4] ?? '')
  const plain = points.map((point) =>
    point.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8))),
  )
  return plain.filter((point) => point === folder || point.startsWith(`${folder}/`)).reverse()
}
