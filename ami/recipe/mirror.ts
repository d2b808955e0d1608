import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Package } from './packages.ts'

const SOURCES = '/etc/apt'

/**
 * Where this machine gets Debian's packages from, by archive, as its own apt is told. A package that the mirror no
 * longer has is in Debian's snapshot archive: its address in AMI_MIRROR, up to the folder of the two archives.
 */
export function mirrorOf(archive: Package['archive']): string {
  const given = process.env.AMI_MIRROR
  if (given) return `${given.replace(/\/$/, '')}/${archive}`
  const found = sources()
    .flatMap((text) => text.match(/https?:\/\/\S+/g) ?? [])
    .map((url) => url.replace(/\/$/, ''))
    .find((url) => url.endsWith(`/${archive}`))
  if (found) return found
  throw new Error(
    `apt on this machine knows no mirror of Debian's archive ${archive}: set AMI_MIRROR to the address above it`,
  )
}

function sources(): string[] {
  const folder = join(SOURCES, 'sources.list.d')
  const files = readable(() => readdirSync(folder), []).filter((name) => /\.(list|sources)$/.test(name))
  return [join(SOURCES, 'sources.list'), ...files.map((name) => join(folder, name))]
    .map((path) => readable(() => readFileSync(path, 'utf8'), ''))
    .map((text) => text.replace(/^\s*#.*$/gm, ''))
}

function readable<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}
