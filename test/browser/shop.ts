import type { BuildRecord } from '../../functions/shared/build-record.ts'
import type { MergeRecord } from '../../functions/shared/merge-record.ts'
import { AMI, build, DIGEST, DISK, merge } from '../badge/records.ts'
import type { Stage } from '../badge/stage.ts'

const MINUTE = 60_000

const TITLES = [
  'Show the basket on every page',
  'Raise the base image to alpine 3.22',
  'Search by name and by colour',
  'Do not send a mail twice',
  'Smaller pictures for phones',
  'Remember where the reader was',
]

/** A commit's sha, made of a number. */
export const shaOf = (index: number) => (index * 7919 + 104_729).toString(16).padStart(40, '3af9c1d2e')

/** A build of web as the page shows it: the `index`th before `now`. */
function past(now: number, index: number): Partial<BuildRecord> {
  const time = now - (index * 310 + 42) * MINUTE
  const seconds = 31 + ((index * 37) % 23) + (index % 9 === 4 ? 48 : 0)
  return {
    time,
    commit: shaOf(index),
    version: `1.${Math.floor((60 - index) / 10)}.${(60 - index) % 10}`,
    pullRequest: 241 - index * 3,
    title: TITLES[index % TITLES.length],
    queued: new Date(time + 1_000).toISOString(),
    started: new Date(time + 3_000).toISOString(),
    finished: new Date(time + 3_000 + seconds * 1_000).toISOString(),
    size: 48_200_000 - index * 310_000 + ((index * 13) % 7) * 200_000,
  }
}

/** Writes `count` builds of a service, the newest of them in `state`, and its newest merge. */
export async function stock(
  stage: Stage,
  service: string,
  { now, count = 1, newest = {} }: { now: number; count?: number; newest?: Partial<BuildRecord> },
): Promise<BuildRecord> {
  const state = newest.state ?? 'built'
  const records = Array.from({ length: count }, (_, index) => {
    const failed =
      index % 11 === 6
        ? { state: 'failed' as const, reason: 'the build failed: RUN npm test ended with 1' }
        : {}
    return build({ service, ...past(now, index), ...failed, ...(index === 0 ? newest : {}) })
  })
  const fresh = records[0] as BuildRecord
  const stands = records.find(({ state }) => state === 'built' || state === 'unchanged')
  if (stands) stands.digest = await stage.image(service, stands.version)
  if (stands?.disk) stands.disk = { ...stands.disk, digest: await stage.disk(service, stands.version) }
  for (const record of records.reverse()) {
    if (record.digest === DIGEST && record !== stands)
      record.digest = `sha256:${shaOf(record.time).padEnd(64, 'e')}`
    await stage.ledger.writeBuild(record)
  }
  await stage.ledger.writeOwner(service, { repositoryId: fresh.repositoryId, repository: fresh.repository })
  const mergeState =
    state === 'held' ? 'failed' : state === 'unchanged' ? 'built' : state === 'staged' ? 'building' : state
  const services = [{ name: service, version: fresh.version, state, build: fresh.id }]
  const { repository, repositoryId, commit: sha, time, pullRequest, reason } = fresh
  const change: Partial<MergeRecord> = {
    repository,
    repositoryId,
    sha,
    time,
    pullRequest,
    reason,
    services,
    known: [service],
  }
  await stage.ledger.writeMerge(merge(mergeState as MergeRecord['state'], change))
  return fresh
}

/** A shop of seven services, one in each state that a person meets. */
export async function shop(stage: Stage, now: number): Promise<void> {
  const of = (repositoryId: number, repository = `acme/${repositoryId}`) => ({ repositoryId, repository })
  await stock(stage, 'web', { now, count: 50, newest: of(7, 'acme/shop') })
  await stock(stage, 'api', {
    now: now + 10 * MINUTE,
    count: 4,
    newest: {
      ...of(8, 'acme/api'),
      state: 'building',
      finished: undefined,
      size: undefined,
      digest: undefined,
    },
  })
  const failed = 'version 1.5.9 of checkout is taken; raise it'
  await stock(stage, 'checkout', {
    now: now - 90 * MINUTE,
    count: 3,
    newest: {
      ...of(9, 'acme/checkout'),
      state: 'failed',
      version: '1.5.9',
      reason: failed,
      size: undefined,
      digest: undefined,
    },
  })
  await stock(stage, 'mailer', {
    now,
    count: 2,
    newest: {
      ...of(10, 'acme/mailer'),
      state: 'error',
      reason: 'the Docker Engine does not answer',
      finished: undefined,
      size: undefined,
      digest: undefined,
      untold: 'the token may not write commit statuses',
    },
  })
  await stock(stage, 'pictures', {
    now: now - 9_000 * MINUTE,
    newest: { ...of(11, 'acme/pictures'), state: 'unchanged' },
  })
  await stock(stage, 'search', {
    now: now - 3_000 * MINUTE,
    newest: {
      ...of(12, 'acme/search'),
      type: 'AMI',
      disk: DISK,
      ami: AMI,
      manual: true,
      pullRequest: undefined,
    },
  })
  const legacy = await stock(stage, 'legacy', { now: now - 90_000 * MINUTE, newest: of(13, 'acme/legacy') })
  await stage.ledger.writeMerge(
    merge('built', { ...of(13, 'acme/legacy'), time: legacy.time + MINUTE, services: [], known: ['other'] }),
  )
}
