import { createHash } from 'node:crypto'
import { DISK_GIB } from '../shared/disk.ts'
import type { Entry } from '../shared/images.ts'
import type { Context } from './context.ts'

/** The label that carries it on every image. */
export const SOURCE_LABEL = 'artefacto.source.digest'

/**
 * What an image was built from, as `v1:` and a SHA-256. Equal digests mean equal sources,
 * whatever the name, version, place or time; what FROM points to is not in it. The bytes are: a line
 * `mode blob path` a file, sorted bytewise (of one in Git LFS the blob is `sha256:` and its content's SHA-256); a line
 * `dockerfile blob`; a line of JSON with the entry's keys that change the image or its disk, sorted. v1 never changes:
 * test/build/source-digest.test.ts keeps a golden value.
 */
export function sourceDigest(context: Context, entry: Entry): string {
  const lines = [...context.files].map(([path, file]) => Buffer.from(`${file.mode} ${file.blob} ${path}\n`))
  const hash = createHash('sha256')
  for (const line of lines.sort(Buffer.compare)) hash.update(line)
  hash.update(`dockerfile ${context.dockerfileBlob}\n`)
  hash.update(`${canonical(options(entry))}\n`)
  return `v1:${hash.digest('hex')}`
}

/** The keys that change the image or its disk, where they are not at their default. */
function options(entry: Entry): object {
  const { args, target, platforms, secrets = [], type, disk = DISK_GIB } = entry
  return {
    ...(args && Object.keys(args).length > 0 && { args }),
    ...(target !== undefined && { target }),
    ...(platforms && { platforms: [...platforms].sort() }),
    ...(secrets.length > 0 && { secrets: [...secrets].sort() }),
    ...(type === 'AMI' && disk !== DISK_GIB && { disk }),
  }
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`
}
