import type { BuildRecord } from '../shared/build-record.ts'
import { diskTag } from '../shared/disk.ts'
import { Failure } from '../shared/failure.ts'
import type { Ledger } from '../shared/ledger.ts'
import { log } from '../shared/log.ts'
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
 * Reads in the reverse of the order in which build writes (image, service, merge), one after the other: whoever
 * sees a merge that is built also sees what it built.
 */
export async function readFacts({ ledger, registry }: Sources, service: string): Promise<Facts> {
  const owner = await ledger.owner(service)
  const newest = owner && (await ledger.newest(owner.repositoryId))
  const published = await ledger.published(service)
  const promised = published ? promisesOf(published) : []
  const found = await Promise.all(promised.map(({ tag }) => registry.head(service, tag)))
  const gone = promised.filter(({ digest }, at) => digest === undefined || digest !== found[at])
  return { service, newest, published, gone: gone.map(({ tag }) => tag) }
}

/** What stands in the registry if a record is right. */
function promisesOf({ version, digest, disk }: BuildRecord): { tag: string; digest: string | undefined }[] {
  const image = { tag: version, digest }
  return disk ? [image, { tag: diskTag(version), digest: disk.digest }] : [image]
}
