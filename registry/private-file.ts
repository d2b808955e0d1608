import { readFileSync, renameSync, writeFileSync } from 'node:fs'

/** The text of a file, or undefined where there is none. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Writes a file in one step, for its owner only unless `mode` says otherwise: what exists is kept for ever, so half
 * a file must never be.
 */
export function writePrivate(path: string, content: string, mode = 0o600): void {
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, content, { mode })
  renameSync(draft, path)
}

/** What the file holds; where there is none, what `make` gives, written first. */
export function keptFile(path: string, make: () => string): string {
  const kept = readIfThere(path)
  if (kept !== undefined) return kept
  const made = make()
  writePrivate(path, made)
  return made
}
