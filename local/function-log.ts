import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import type { State } from './state.ts'

/** Writes what the functions print to `functions.log` in the state folder, begun anew at each start. */
export function functionLog(state: State): (line: string) => void {
  const file = createWriteStream(join(state.folder, 'functions.log'), { mode: 0o600 })
  return (line) => void file.write(`${line}\n`)
}
