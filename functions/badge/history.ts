import pLimit from 'p-limit'
import type { BuildRecord } from '../shared/build-record.ts'
import { Failure } from '../shared/failure.ts'
import type { Ledger } from '../shared/ledger.ts'
import { LABEL, type Look } from './look.ts'

const NEWEST = 50

/** A service's builds, newest first, as builds.json shows them; `not_found` where it never had one. */
export async function history(ledger: Ledger, service: string, seen: Look, registryPull: string) {
  const ids = (await ledger.buildIds(service)).slice(0, NEWEST)
  if (ids.length === 0) throw new Failure('not_found', `${service} has no builds`)
  // Each read costs the registry a password check.
  const limit = pLimit(8)
  const records = await Promise.all(ids.map((id) => limit(() => ledger.build(service, id))))
  return {
    service,
    badge: { label: LABEL, message: seen.message, color: seen.color },
    builds: records.filter((record) => record !== undefined).map((record) => entry(record, registryPull)),
  }
}

function entry(record: BuildRecord, registryPull: string) {
  return {
    id: record.id,
    state: record.state,
    version: record.version,
    type: record.type,
    image: `${registryPull}/${record.service}:${record.version}`,
    digest: record.digest,
    repository: record.repository,
    commit: record.commit,
    pull_request: record.pullRequest,
    built_from: record.builtFrom,
    manual: record.manual,
    merged_at: new Date(record.time).toISOString(),
    started: record.started,
    finished: record.finished,
    size: record.size,
    attempt: record.attempt,
    reason: record.reason,
    log: `builds/${record.id}.log`,
  }
}
