import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { type Check, failed, ok, warning } from '../../shared/check.ts'
import { isFull } from '../room.ts'
import * as words from '../words/doctor.ts'
import type { Look } from './examine.ts'

const GB = 1e9

/** A part of a disk, and the room that is enough whatever part it is, in bytes. */
const LOW = { part: 0.1, enough: 20 * GB }

/** The disk that build keeps sources on while it builds. */
export const checkDisk: Look = async () => lookAtDisk('disk of build', tmpdir())

/** How full the file system of a path is, by its own name in the lines. */
export async function lookAtDisk(name: string, path: string, stat: typeof statfs = statfs): Promise<Check> {
  const { bsize, bavail, blocks } = await stat(path)
  return judgeDisk(name, path, bavail * bsize, blocks * bsize)
}

/** A warning below a tenth, a failure where no build begins any more; a small part of a large disk may be plenty. */
export function judgeDisk(name: string, path: string, free: number, total: number): Check {
  const says = words.diskFree(path, size(free), size(total))
  if (isFull({ free, total })) return failed(name, 'disk_full', says)
  if (free < total * LOW.part && free < LOW.enough) return warning(name, 'disk_full', says)
  return ok(name, says)
}

/** Bytes, for a person. */
export function size(bytes: number): string {
  return bytes >= GB ? `${(bytes / GB).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`
}
