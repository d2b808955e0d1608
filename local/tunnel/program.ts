import { whereIs } from '../debian.ts'
import { cloudflared } from './cloudflared.ts'
import { ngrok } from './ngrok.ts'

/** A program that gives a port of this machine a public address: how it is started, and what its lines say. */
export type TunnelProgram = {
  name: 'cloudflared' | 'ngrok'
  /** Where a person gets it, in sentences. */
  getIt: string
  args: (port: number) => string[]
  /** The public address, if the line tells it; no slash at the end. */
  addressIn: (line: string) => string | undefined
  /** Whether the line says that the tunnel stands: an address is told before that, and may never work. */
  standsBy: (line: string) => boolean
  /** What went wrong, if the line says so. */
  complaintIn: (line: string) => string | undefined
}

export type FoundProgram = TunnelProgram & { path: string }

const PROGRAMS = { cloudflared, ngrok }
export type TunnelName = keyof typeof PROGRAMS

/** Whether we know a program of that name. */
export function isTunnelName(name: string): name is TunnelName {
  return Object.hasOwn(PROGRAMS, name)
}

/** The program where this machine has it. It is never installed: the error says where a person gets it. */
export function findProgram(name: TunnelName): FoundProgram {
  const program = PROGRAMS[name]
  const path = whereIs(name)
  if (path === undefined) {
    throw new Error(`--tunnel needs the program ${name}, which is not on this machine.\n${program.getIt}`)
  }
  return { ...program, path }
}
