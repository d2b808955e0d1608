import { branchesOf } from '../shared/branches.ts'
import type { BuildRecord } from '../shared/build-record.ts'
import { diskTag } from '../shared/disk.ts'
import { LABEL, type Look } from './look.ts'

/** A service's builds, newest first, as builds.json shows them. */
export function history(service: string, builds: BuildRecord[], seen: Look, registryPull: string) {
  return {
    service,
    badge: { label: LABEL, message: seen.message, color: seen.color },
    builds: builds.map((record) => entry(record, registryPull)),
  }
}

function entry(record: BuildRecord, registryPull: string) {
  const { service, version, disk, ami } = record
  const image = `${registryPull}/${service}`
  return {
    id: record.id,
    state: record.state,
    version,
    type: record.type,
    tags: record.tags,
    image: `${image}:${version}`,
    digest: record.digest,
    repository: record.repository,
    branches: branchesOf(record),
    commit: record.commit,
    pull_request: record.pullRequest,
    title: record.title,
    built_from: record.builtFrom,
    manual: record.manual,
    merged_at: new Date(record.time).toISOString(),
    started: record.started,
    finished: record.finished,
    size: record.size,
    attempt: record.attempt,
    reason: record.reason,
    untold: record.untold,
    disk: disk && { image: `${image}:${diskTag(version)}`, ...disk },
    ami,
    log: `builds/${record.id}.log`,
  }
}
