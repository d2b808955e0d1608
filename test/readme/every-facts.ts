import type { Facts } from '../../functions/badge/look.ts'
import type { BuildRecord, ServiceState } from '../../functions/shared/build-record.ts'
import type { FailureCode } from '../../functions/shared/failure.ts'
import type { MergedService, MergeRecord, MergeState } from '../../functions/shared/merge-record.ts'
import { MERGE_STATES, SERVICE_STATES } from '../badge/records.ts'

const CODES: (FailureCode | undefined)[] = [undefined, 'images_invalid']
const TIME = 1_795_373_480_000

/** Everything that a badge may find out about `web`, of which 1.4.2 may be published and 1.4.3 may be merged. */
export function everyFacts(): Facts[] {
  const named: (MergedService | undefined)[] = SERVICE_STATES.map((state) => service(state))
  const found: Facts[] = []
  for (const published of [undefined, build()])
    for (const gone of published ? [[], ['1.4.2']] : [[]])
      for (const state of MERGE_STATES)
        for (const one of [...named, undefined])
          for (const known of one ? [['web']] : [['web'], ['api']])
            for (const code of CODES)
              found.push({ service: 'web', newest: merge(state, one, known, code), published, gone })
  return found
}

function service(state: ServiceState): MergedService {
  return { name: 'web', version: '1.4.3', state, build: 'none' }
}

function merge(
  state: MergeState,
  one: MergedService | undefined,
  known: string[],
  code: FailureCode | undefined,
): MergeRecord {
  return {
    repositoryId: 1,
    sha: 'a'.repeat(40),
    repository: 'acme/shop',
    branch: 'develop',
    time: TIME + 1,
    state,
    services: one ? [one] : [],
    known,
    attempt: 1,
    code,
    queued: new Date(TIME).toISOString(),
  }
}

function build(): BuildRecord {
  return {
    id: 'none',
    service: 'web',
    state: 'built',
    version: '1.4.2',
    type: 'Docker',
    repositoryId: 1,
    repository: 'acme/shop',
    branch: 'develop',
    commit: 'b'.repeat(40),
    time: TIME,
    queued: new Date(TIME).toISOString(),
    attempt: 1,
    logs: [],
  }
}
