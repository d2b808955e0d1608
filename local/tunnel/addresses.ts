import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { State } from '../state.ts'

const KEPT = 100

/** The addresses that tunnels of this state folder had, newest last: a webhook that leads to one is ours. */
export function addressesOf(state: State): string[] {
  try {
    return readFileSync(fileOf(state), 'utf8').split('\n').filter(Boolean)
  } catch {
    return []
  }
}

/** Remembers an address; before GitHub is told of it, so that what is made for it can be found again. */
export function rememberAddress(state: State, address: string): void {
  const others = addressesOf(state).filter((other) => other !== address)
  writeFileSync(fileOf(state), `${[...others, address].slice(-KEPT).join('\n')}\n`, { mode: 0o600 })
}

function fileOf(state: State): string {
  return join(state.folder, 'tunnel-addresses')
}
