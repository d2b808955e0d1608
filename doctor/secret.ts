import { join } from 'node:path'
import { readIfThere } from '../registry/private-file.ts'

/** The secret that signs, undefined where it is not there: while it is being rotated it has two lines. */
export function signingSecret(folder: string, name: string): string | undefined {
  return readIfThere(join(folder, name))?.trim().split(/\r?\n/)[0]?.trim() || undefined
}
