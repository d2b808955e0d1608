import { existsSync, readFileSync, statfsSync } from 'node:fs'
import { freemem } from 'node:os'
import { dirname } from 'node:path'
import { whereIs } from '../local/debian.ts'
import type { Box } from './box.ts'
import { blockOf } from './compose.ts'
import { composeFile } from './core.ts'
import { AMI_SERVICE } from './core-services.ts'
import type { Settings } from './settings.ts'

const GIB = 1024 ** 3
const MEMORY_GIB = 1
const ROOM_GIB = 5

export type Machine = {
  arch: string
  /** bytes of memory that programs may still have */
  memory: number
  /** bytes free on the file system of a folder */
  room(folder: string): number
  has(program: string): boolean
}

const THIS: Machine = {
  arch: process.arch,
  memory: freemem(),
  room: (folder) => {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  },
  has: (program) => whereIs(program) !== undefined,
}

/** What this box lacks for the service ami, a sentence each. Memory and room count before it is there. */
export function whatAmiLacks(box: Box, { ami }: Settings, machine: Machine = THIS): string[] {
  if (!ami) return []
  const { arch, memory, room, has } = machine
  const lacks: string[] = []
  if (arch !== 'x64') lacks.push(`--ami: disks are made on amd64 only, and this machine is ${arch}`)
  // Both keep it from the network.
  for (const program of ['nsenter', 'iptables'])
    if (!has(program)) lacks.push(`--ami: ${program} is not installed: apt-get install util-linux iptables`)
  if (isThere(box)) return lacks
  if (memory < MEMORY_GIB * GIB)
    lacks.push(`--ami: ${gib(memory)} GiB of memory are free, and it takes ${MEMORY_GIB} GiB`)
  const folder = dirname(box.state)
  const free = room(folder)
  if (free < ROOM_GIB * GIB)
    lacks.push(`--ami: ${folder} has ${gib(free)} GiB free: make room, at least ${ROOM_GIB} GiB are needed`)
  return lacks
}

function isThere(box: Box): boolean {
  const path = composeFile(box)
  return existsSync(path) && blockOf(readFileSync(path, 'utf8')).includes(`${AMI_SERVICE}:`)
}

function gib(bytes: number): string {
  return (bytes / GIB).toFixed(1)
}
