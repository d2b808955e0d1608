import { statSync } from 'node:fs'
import { lookAtDisk } from '../functions/build/doctor/disk.ts'
import type { Check } from '../functions/shared/check.ts'

/** How full the file systems of these folders are, each once; what is not there is left out. */
export async function lookAtDisks(paths: string[]): Promise<Check[]> {
  const devices = new Map<number, string>()
  for (const path of paths) {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found && !devices.has(found.dev)) devices.set(found.dev, path)
  }
  return Promise.all([...devices.values()].map((path) => lookAtDisk('disk', path)))
}
