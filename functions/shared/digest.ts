import { createHash } from 'node:crypto'

/** `sha256:` and the hex digest of the bytes. */
export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
