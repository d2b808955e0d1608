import { stat, statfs } from 'node:fs/promises'

export type LowDisk = { path: string; how: string }

type Space = { freeBytes: number; totalBytes: number }

const LEAST_BYTES = 2 * 1024 ** 3
const LEAST_PART = 0.1

/** The file systems of these paths that are nearly full, each once; a path that is not there is left out. */
export async function lowDisks(paths: string[]): Promise<LowDisk[]> {
  const found = new Map<number, LowDisk>()
  for (const path of paths) {
    try {
      const { dev } = await stat(path)
      const { bsize, bavail, blocks } = await statfs(path)
      const how = low({ freeBytes: bavail * bsize, totalBytes: blocks * bsize })
      if (how && !found.has(dev)) found.set(dev, { path, how })
    } catch {
      // Nothing of ours is there.
    }
  }
  return [...found.values()]
}

/** Says what is low and what to do; a tenth of a large disk is plenty, 2 GiB of a small one, too. */
export function low({ freeBytes, totalBytes }: Space): string | undefined {
  if (freeBytes >= LEAST_BYTES || freeBytes >= totalBytes * LEAST_PART) return undefined
  const free = `has ${Math.floor(freeBytes / 1024 ** 2)} MiB left of ${Math.floor(totalBytes / 1024 ** 2)}`
  return `${free}. Run "docker builder prune", or "sudo npm run collect" for the registry's garbage`
}
