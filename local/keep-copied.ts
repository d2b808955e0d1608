import { existsSync, readFileSync, renameSync, unwatchFile, watchFile, writeFileSync } from 'node:fs'

const LOOK_MS = 500

/**
 * Keeps a copy that everybody who gets to its folder may read, now and whenever the file changes: a secret that is
 * rotated counts without a new start. Looks at the file instead of being told, since an editor may put another in its place.
 */
export function keepCopied(from: string, to: string): { stop(): void } {
  const copy = (): void => {
    if (!existsSync(from)) return
    writeFileSync(`${to}.new`, readFileSync(from), { mode: 0o644 })
    renameSync(`${to}.new`, to)
  }
  copy()
  watchFile(from, { interval: LOOK_MS, persistent: false }, copy)
  return { stop: () => unwatchFile(from, copy) }
}
