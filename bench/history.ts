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

/** So many services of one repository, `builds` of web and one of each other, and its merges; all of them built. */
export async function stock(
  registry: Registry,
  { services, builds, merges }: Record<'services' | 'builds' | 'merges', number>,
): Promise<void> {
  const now = Date.now()
  const names = Array.from({ length: services }, (_, index) => nameOf(index))
  const limit = pLimit(4)
  await limit.map(names, (name) => stockService(registry, name, now, name === 'web' ? builds : 1))
  const built = names.map((name): MergedService => ({ name, version: VERSION, state: 'built', build: 'x' }))
  // All but the newest at once: that one is the newest whenever the others were written.
  const older = Array.from({ length: merges - 1 }, (_, index) => index + 1)
  const write = (index: number) => {
    const sha = index.toString(16).padStart(40, 'f')
    const time = now - index * APART_MS
    return openLedger(registry).writeMerge(merge('built', { sha, time, services: built, known: names }))
  }
  await write(0)
  await limit.map(older, write)
}

async function stockService(registry: Registry, service: string, now: number, builds: number): Promise<void> {
  const ledger = openLedger(registry)
  const image = { artifactType: 'application/x', annotations: {}, layers: [] }
  await putArtifact(registry, service, [VERSION], image)
  const digest = await registry.head(service, VERSION)
  await ledger.writeOwner(service, { repositoryId: 7, repository: 'acme/shop' })
  for (let index = 0; index < builds; index += 1) {
    const time = now - index * APART_MS
    const times = { started: new Date(time).toISOString(), finished: new Date(time + 40_000).toISOString() }
    await ledger.writeBuild(
      build({ service, time, digest, ...times, size: 45_000_000, title: 'A title', pullRequest: 9 }),
    )
  }
}
