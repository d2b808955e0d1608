import type { BuildRecord, ServiceState } from '../../functions/shared/build-record.ts'
import type { MergeRecord, MergeState } from '../../functions/shared/merge-record.ts'

/** All that a record may say, for tests that go through all of it. */
export const MERGE_STATES: MergeState[] = [
  'queued',
  'building',
  'publishing',
  'built',
  'failed',
  'error',
  'superseded',
]
export const SERVICE_STATES: ServiceState[] = [
  'queued',
  'building',
  'staged',
  'built',
  'unchanged',
  'failed',
  'error',
  'held',
  'superseded',
]

export const SHA = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'
export const TIME = Date.parse('2026-11-22T18:00:00Z')
export const DIGEST = `sha256:${'d'.repeat(64)}`

/** The disk of web 1.4.2, where it is of type AMI, and what AWS has of it. */
export const DISK = {
  digest: `sha256:${'c'.repeat(64)}`,
  gib: 8,
  size: 14_867_245,
  recipe: `sha256:${'b'.repeat(64)}`,
  kernel: '6.1.0-56-cloud-amd64',
  booted: 'with BIOS it answered HTTP 200 on port 8080 after 5.6 s',
}
export const AMI = { id: 'ami-0123456789abcdef0', region: 'eu-central-1', snapshot: 'snap-0fedcba9876543210' }

/** web 1.4.2, built and published by the merge at TIME. */
export function build(change: Partial<BuildRecord> = {}): BuildRecord {
  const { time = TIME, commit = SHA } = change
  return {
    id: `${time}-${commit.slice(0, 12)}`,
    service: 'web',
    state: 'built',
    version: '1.4.2',
    type: 'Docker',
    repositoryId: 7,
    repository: 'acme/shop',
    branch: 'develop',
    commit,
    time,
    digest: DIGEST,
    queued: '2026-11-22T18:00:01Z',
    attempt: 1,
    logs: [],
    ...change,
  }
}

/** The merge that comes after, with web 1.4.3. */
export function merge(state: MergeRecord['state'], change: Partial<MergeRecord> = {}): MergeRecord {
  return {
    repositoryId: 7,
    sha: 'f'.repeat(40),
    repository: 'acme/shop',
    branch: 'develop',
    time: TIME + 1_000,
    state,
    services: [
      { name: 'web', version: '1.4.3', state: state === 'publishing' ? 'staged' : 'queued', build: 'x' },
    ],
    known: ['web'],
    attempt: 1,
    queued: '2026-11-22T18:00:02Z',
    ...change,
  }
}
