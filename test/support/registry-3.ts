import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** The program of distribution 3, of which Debian has 2.8: what .ci/registry-3 makes. */
export const REGISTRY_3 = process.env.REGISTRY_3

/** Has this process start that program wherever it would start Debian's; gives the way back. */
export function inPlaceOfDebians(program: string): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-registry-3-'))
  const named = join(folder, 'docker-registry')
  // It would log an error for each trace that it cannot send.
  writeFileSync(named, `#!/bin/sh\nOTEL_TRACES_EXPORTER=none exec '${program}' "$@"\n`)
  chmodSync(named, 0o755)
  const before = process.env.PATH
  process.env.PATH = `${folder}${delimiter}${before}`
  return () => {
    process.env.PATH = before
    rmSync(folder, { recursive: true })
  }
}
