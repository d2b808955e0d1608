import pLimit from 'p-limit'
import { putArtifact } from '../functions/shared/artifact.ts'
import { openLedger } from '../functions/shared/ledger.ts'
import type { MergedService } from '../functions/shared/merge-record.ts'
import type { Registry } from '../functions/shared/registry.ts'
import { build, merge } from '../test/badge/records.ts'

export const VERSION = '1.4.2'

/** A minute after the other, the newest now. */
const APART_MS = 60_000

/** The name of a service: the first one is web. */
export const nameOf = (index: number) => (index === 0 ? 'web' : `s${index}`)

/** What one images.json names. */
const OF_ONE = 10

/** web's repository. */
const FIRST_ID = 7

/**
 * So many services, ten of a repository: `builds` of web and one of each other, `merges` of web's repository and one of
 * each other; all of them built.
 */
export async function stock(
  registry: Registry,
  { services, builds, merges }: Record<'services' | 'builds' | 'merges', number>,
): Promise<void> {
  const now = Date.now()
  const limit = pLimit(4)
  await limit.map(named(services), (name, index) =>
    stockService(registry, {
      name,
      repositoryId: repositoryOf(index),
      now,
      builds: index === 0 ? builds : 1,
    }),
  )
  // The newest first: it stays that, whenever the others are written.
  for (let first = 0; first < services; first += OF_ONE)
    await writeMerge(registry, repositoryOf(first), named(services).slice(first, first + OF_ONE), now)
  const older = Array.from({ length: merges - 1 }, (_, index) => now - (index + 1) * APART_MS)
  await limit.map(older, (time) => writeMerge(registry, FIRST_ID, named(services).slice(0, OF_ONE), time))
}

/** A newer merge of web's repository, which names as many services as this itself. */
export async function crowd(registry: Registry, services: number): Promise<void> {
  await writeMerge(registry, FIRST_ID, named(services), Date.now())
}

function named(services: number): string[] {
  return Array.from({ length: services }, (_, index) => nameOf(index))
}

function repositoryOf(index: number): number {
  return FIRST_ID + Math.floor(index / OF_ONE)
}

async function writeMerge(registry: Registry, repositoryId: number, names: string[], time: number) {
  const services = names.map(
    (name): MergedService => ({ name, version: VERSION, state: 'built', build: 'x' }),
  )
  const sha = time.toString(16).padStart(40, 'f')
  await openLedger(registry).writeMerge(merge('built', { repositoryId, sha, time, services, known: names }))
}

type Stocked = { name: string; repositoryId: number; now: number; builds: number }

async function stockService(registry: Registry, { name, repositoryId, now, builds }: Stocked): Promise<void> {
  const ledger = openLedger(registry)
  const image = { artifactType: 'application/x', annotations: {}, layers: [] }
  await putArtifact(registry, name, [VERSION], image)
  const digest = await registry.head(name, VERSION)
  await ledger.writeOwner(name, { repositoryId, repository: 'acme/shop' })
  for (let index = 0; index < builds; index += 1) {
    const time = now - index * APART_MS
    const times = { started: new Date(time).toISOString(), finished: new Date(time + 40_000).toISOString() }
    const more = { service: name, repositoryId, size: 45_000_000, title: 'A title', pullRequest: 9 }
    await ledger.writeBuild(build({ time, digest, ...times, ...more }))
  }
}
