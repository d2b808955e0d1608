import { statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { CatchUpRequest } from '../shared/build-request.ts'
import { Failure } from '../shared/failure.ts'
import { bytes } from '../shared/size.ts'
import * as places from './words/places.ts'

/** Of a file system, in bytes. */
export type Space = { free: number; total: number }

/** What a host sees of the disks that build itself cannot see: those of the engine and of the registry. */
export type Disks = NonNullable<CatchUpRequest['disks']>

/** A part of a disk, and the room that is enough whatever part it is, in bytes. */
const FULL = { part: 0.02, enough: 5e9 }

/** The timer tells every minute; what it told longer ago, in ms, may be over. */
const TOLD_MS = 180_000

/** Whether a disk has no room for another build: a small part of a large one may be plenty. */
export function isFull({ free, total }: Space): boolean {
  return free < total * FULL.part && free < FULL.enough
}

/** The file system of a path; undefined where there is none. */
export function spaceOf(path: string): Space | undefined {
  try {
    const { bsize, bavail, blocks } = statfsSync(path)
    return { free: bavail * bsize, total: blocks * bsize }
  } catch {
    return undefined
  }
}

/**
 * The room on the disks. No API tells it, of the engine or of the registry: it is what the timer's host told last
 * with its call. Where nobody tells, builds begin and the engine says what it lacks.
 */
export type Room = ReturnType<typeof openRoom>

export function openRoom(uptime: () => number) {
  let told: Disks = {}
  let at = Number.NEGATIVE_INFINITY

  function disks(): Record<string, Space> {
    const own = spaceOf(tmpdir())
    return { ...(own && { build: own }), ...(uptime() - at < TOLD_MS && told) }
  }

  return {
    disks,
    tell(seen: Disks): void {
      told = seen
      at = uptime()
    },
    /** A Failure `disk_full` where a disk is: what begins now would end in the middle. */
    need(): void {
      for (const [disk, space] of Object.entries(disks()))
        if (isFull(space))
          throw new Failure('disk_full', places.noRoom(disk, bytes(space.free), bytes(space.total)))
    },
  }
}
