import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, renameSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { mirrorOf } from './mirror.ts'
import type { Package } from './packages.ts'
import { run } from './run.ts'

const APT_HELPER = '/usr/lib/apt/apt-helper'
const AT_ONCE = 8
const GONE =
  'A mirror drops what has a newer version: set AMI_MIRROR to a snapshot of the time in ami/recipe/packages.json, ' +
  'or lock what there is now with node --import tsx ami/recipe/lock.ts'

/** The packages as files below `folder`, each checked against its SHA-256; what is there is not fetched again. */
export async function download(packages: Package[], folder: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true })
  const missing = packages.filter((one) => !existsSync(fileOf(one, folder)))
  for (let i = 0; i < missing.length; i += AT_ONCE) await fetchSome(missing.slice(i, i + AT_ONCE), folder)
  return packages.map((one) => fileOf(one, folder))
}

function fileOf({ path }: Package, folder: string): string {
  return join(folder, basename(path))
}

/** Two processes may fetch at the same time. */
function partOf(one: Package, folder: string): string {
  return `${fileOf(one, folder)}.${process.pid}.part`
}

/** By apt's own downloader: it knows the machine's proxies, and tries again. */
async function fetchSome(packages: Package[], folder: string): Promise<void> {
  const words = packages.flatMap((one) => {
    const url = `${mirrorOf(one.archive)}/${one.path.replaceAll('+', '%2b')}`
    return [url, partOf(one, folder), `SHA256:${one.sha256}`]
  })
  await run(APT_HELPER, ['-o', 'Acquire::Retries=3', 'download-file', ...words]).catch((error: Error) => {
    throw new Error(`${error.message}. ${GONE}`)
  })
  for (const one of packages) {
    const part = partOf(one, folder)
    const hash = createHash('sha256')
    await pipeline(createReadStream(part), hash)
    if (hash.digest('hex') !== one.sha256)
      throw new Error(`${one.path} is not what ami/recipe/packages.json locks`)
    renameSync(part, fileOf(one, folder))
  }
}
