import type { BuildRecord } from '../shared/build-record.ts'
import { diskTag } from '../shared/disk.ts'
import { Failure } from '../shared/failure.ts'
import type { Ledger } from '../shared/ledger.ts'
import { log } from '../shared/log.ts'
import type { MergeRecord } from '../shared/merge-record.ts'
import type { Registry } from '../shared/registry.ts'
import { type Facts, type Look, look, UNREACHABLE } from './look.ts'

/** A badge is there within 2 s, whatever the registry does: GitHub's image proxy does not wait long. */
const DEADLINE_MS = 1_500

type Sources = {
  ledger: Pick<Ledger, 'owner' | 'newest' | 'published'>
  registry: Pick<Registry, 'head'>
}

/** Looks at a service; a registry that fails or hangs makes it `unreachable`, never what it was before. */
export async function see(sources: Sources, service: string): Promise<Look> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Look>((resolve) => {
    timer = setTimeout(resolve, DEADLINE_MS, UNREACHABLE)
  })
  const seen = readFacts(sources, service)
    // A state that only a newer version of artefacto knows is none that this one can show.
    .then((facts) => look(facts) ?? UNREACHABLE)
    .catch((cause: unknown) => {
      log('badge_unreachable', { service, cause: cause instanceof Failure ? cause.message : cause })
      return UNREACHABLE
    })
  return Promise.race([seen, late]).finally(() => clearTimeout(timer))
}

/**
 * build writes image, service and merge, one after the other; whoever sees a merge that is built must also see what it
 * built. So this reads in the reverse of that order, and in half the time where nothing was published meanwhile.
 */
export async function readFacts(sources: Sources, service: string): Promise<Facts> {
  const { ledger } = sources
  const [owner, published] = await Promise.all([ledger.owner(service), ledger.published(service)])
  const [newest, gone] = await Promise.all([
    owner && ledger.newest(owner.repositoryId),
    goneOf(sources, service, published),
  ])
  if (gone.length === 0 && !isBehind(published, service, newest)) return { service, newest, published, gone }
  const now = await ledger.published(service)
  return { service, newest, published: now, gone: await goneOf(sources, service, now) }
}

/** Whether a merge has published the service after this record of it was read. */
function isBehind(published: BuildRecord | undefined, service: string, newest: MergeRecord | undefined) {
  if (newest?.state !== 'built' || (newest.time ?? 0) <= (published?.time ?? 0)) return false
  return newest.services.some(({ name }) => name === service)
}

async function goneOf({ registry }: Sources, service: string, published?: BuildRecord): Promise<string[]> {
  const promised = published ? promisesOf(published) : []
  const found = await Promise.all(promised.map(({ tag }) => registry.head(service, tag)))
  const gone = promised.filter(({ digest }, at) => digest === undefined || digest !== found[at])
  return gone.map(({ tag }) => tag)
}

/** What stands in the registry if a record is right. */
function promisesOf({ version, digest, disk }: BuildRecord): { tag: string; digest: string | undefined }[] {
  const image = { tag: version, digest }
  return disk ? [image, { tag: diskTag(version), digest: disk.digest }] : [image]
}
