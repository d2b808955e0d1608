import { join } from 'node:path'
import { bytes } from '../functions/shared/size.ts'
import { readIfThere, writePrivate } from './private-file.ts'

/** What the registry's data took before its collection and after it, in bytes. */
export type Collected = { before: number; after: number }

/** Writes down when it was, in collected.json of a state folder. */
export function keepCollected(folder: string, collected: Collected): Collected {
  const kept = { at: new Date().toISOString(), ...collected }
  writePrivate(join(folder, 'collected.json'), `${JSON.stringify(kept)}\n`)
  return collected
}

/** When it was last, as ISO time; undefined: never. */
export function lastCollected(folder: string): string | undefined {
  const text = readIfThere(join(folder, 'collected.json'))
  return text === undefined ? undefined : (JSON.parse(text) as { at: string }).at
}

/** The same as a line for a person. */
export function collectedLine({ before, after }: Collected): string {
  return `The registry was collected: ${bytes(before)} before, ${bytes(after)} now`
}
