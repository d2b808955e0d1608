import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const AMI = join(import.meta.dirname, '..')
const ROOT = ['recipe', 'payload', 'tar/entry.ts', 'tar/header.ts']

/** `sha256:` of all that decides a disk's bytes: the locked packages, what /.ami gets, and the code of this folder. */
export function recipeDigest(): string {
  return digestOf([''])
}

/** The same of what decides the bytes of the image's file system, without the service's own code. */
export function rootDigest(): string {
  return digestOf(ROOT)
}

function digestOf(parts: string[]): string {
  const hash = createHash('sha256')
  const files = parts.flatMap((part) => filesBelow(join(AMI, part)))
  for (const path of files.filter((name) => !name.endsWith('.md')).sort())
    hash
      .update(`${path.slice(AMI.length)}\0`)
      .update(readFileSync(path))
      .update('\0')
  return `sha256:${hash.digest('hex')}`
}

function filesBelow(path: string): string[] {
  if (statSync(path).isFile()) return [path]
  const entries = readdirSync(path, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}
