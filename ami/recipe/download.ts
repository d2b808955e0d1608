import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { mirrorOf } from './mirror.ts'
import type { Package } from './packages.ts'
import { run } from './run.ts'

const APT_HELPER = '/usr/lib/apt/apt-helper'
const AT_ONCE = 8
const GONE =
  'The mirror has a newer version by now: set AMI_MIRROR to a snapshot of the time in ami/recipe/packages.json, ' +
  'or lock what there is with node --import tsx ami/recipe/lock.ts'
const LATER = 'It is tried again at the next start'

/** Where a package is kept. */
export function fileOf({ path }: Package, folder: string): string {
  return join(folder, basename(path))
}

/** Those that are not in `folder`, or not as packages.json locks them: a machine may go down while it writes. */
export async function missingOf(packages: Package[], folder: string): Promise<Package[]> {
  const missing: Package[] = []
  for (const one of packages) if (!(await isWhole(fileOf(one, folder), one))) missing.push(one)
  return missing
}

/** Fetches packages into `folder`, each checked against its SHA-256; nothing half is left there. */
export async function download(packages: Package[], folder: string, signal?: AbortSignal): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (let i = 0; i < packages.length; i += AT_ONCE)
    await fetchSome(packages.slice(i, i + AT_ONCE), folder, signal)
}

/** By apt's own downloader: it knows the machine's proxies, and tries again. */
async function fetchSome(packages: Package[], folder: string, signal?: AbortSignal): Promise<void> {
  // Two processes may fetch at the same time.
  const partOf = (one: Package) => `${fileOf(one, folder)}.${process.pid}.part`
  const words = packages.flatMap((one) => {
    const url = `${mirrorOf(one.archive)}/${one.path.replaceAll('+', '%2b')}`
    return [url, partOf(one), `SHA256:${one.sha256}`]
  })
  try {
    await run(APT_HELPER, ['-o', 'Acquire::Retries=3', 'download-file', ...words], { signal }).catch(advise)
    for (const one of packages) {
      if (!(await isWhole(partOf(one), one)))
        throw new Error(`${one.path} did not arrive as ami/recipe/packages.json locks it`)
      renameSync(partOf(one), fileOf(one, folder))
    }
  } finally {
    // apt keeps what does not fit its digest under a name of its own.
    for (const one of packages)
      for (const end of ['', '.FAILED']) rmSync(`${partOf(one)}${end}`, { force: true })
  }
}

function advise(error: Error): never {
  const [, failed] = /E: (Failed to fetch .*?)\.?$/.exec(error.message) ?? []
  if (failed === undefined) throw error
  throw new Error(`${failed}. ${/\b404\b/.test(failed) ? GONE : LATER}`)
}

async function isWhole(file: string, { sha256 }: Package): Promise<boolean> {
  if (!existsSync(file)) return false
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex') === sha256
}
