import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new folder that goes when this process ends. */
export function passingFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-test-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
