import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What lies below a folder: files, the bytes in them, and what all of it takes on the disk, folders too, as du counts it. */
export type Usage = { files: number; bytes: number; taken: number }

export function usageOf(folder: string): Usage {
  const usage = { files: 0, bytes: 0, taken: 0 }
  for (const entry of ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })]) {
    const stat = statSync(join(folder, entry))
    usage.taken += stat.blocks * 512
    if (!stat.isFile()) continue
    usage.files += 1
    usage.bytes += stat.size
  }
  return usage
}
