import pLimit from 'p-limit'
import { readConfig } from '../functions/build/config.ts'
import { foresee } from '../functions/build/foresee.ts'
import type { Foresight } from '../functions/build/foresight.ts'
import { NO_GRANTS } from '../functions/build/grants.ts'
import type { Naming } from '../functions/build/plan.ts'
import { Failure } from '../functions/shared/failure.ts'
import { openLedger } from '../functions/shared/ledger.ts'
import { openRegistry, type Registry } from '../functions/shared/registry.ts'
import { archiveOf, type Committed, githubOf } from './committed.ts'
import { sourcesOnDisk } from './sources-on-disk.ts'

/** What build would say of a commit on this machine: the same code, on what git archives of it. */
export async function foreseeCommit(
  commit: Committed,
  images: Buffer,
  registry: Registry = NO_REGISTRY,
  names: string[] = [],
): Promise<Foresight> {
  const lookout = {
    config: readConfig({}),
    registry,
    ledger: openLedger(registry),
    dating: pLimit(1),
    // Whether the installation makes disks, puts them up at AWS or has the secrets, is not known here.
    disks: { there: true },
    grants: async () => NO_GRANTS,
    cloud: async () => undefined,
    sources: sourcesOnDisk(commit, await githubOf(commit)),
  }
  const now = Date.now()
  const job = {
    repositoryId: 0,
    repository: names[0] ?? '',
    branch: '',
    sha: commit.sha,
    time: now,
    committed: commit.time,
    manual: false,
    attempt: 1,
    queued: new Date(now).toISOString(),
  }
  // Nothing of it is kept.
  const from = { archive: () => archiveOf(commit), folder: '' }
  return foresee(lookout, job, images, (look) => look(from), byName(names))
}

/** Where no registry is looked at, nothing is taken, and it may be a good one. */
const NO_REGISTRY: Registry = {
  ...openRegistry(async () => ({ status: 404, headers: {}, body: Buffer.alloc(0) })),
  keepsIndexes: async () => true,
}

/** A repository on disk has no id at GitHub; who owns a service is told by name. */
function byName(names: string[]): Naming {
  const ours = names.map((name) => name.toLowerCase())
  return async ({ ledger }, _job, service) => {
    const owner = await ledger.owner(service)
    if (owner !== undefined && !ours.includes(owner.repository.toLowerCase()))
      throw new Failure('name_owned', `${service} belongs to ${owner.repository}`)
  }
}
