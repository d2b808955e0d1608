import { type BuildRecord, LOG_TYPE } from '../shared/build-record.ts'
import { type Failure, toFailure } from '../shared/failure.ts'
import { type BuildLog, openBuildLog } from './build-log.ts'
import type { Job } from './job.ts'
import { leftStaged } from './left-staged.ts'
import { deadline } from './limits.ts'
import type { Stands, ToBuild } from './plan.ts'
import { stagingOf } from './promote.ts'
import { putUp } from './put-up.ts'
import { stageDisk } from './stage-disk.ts'
import { stageImage } from './stage-image.ts'
import * as places from './words/places.ts'
import type { Workshop } from './workshop.ts'

/** Of so many attempts the logs are kept: a merge in error is tried again for as long as it takes. */
const LOGS_KEPT = 10

/** How a build ended: its record, `staged` with a digest, or with the Failure and not yet written. */
export type Built = { record: BuildRecord; failure?: Failure }

/**
 * Builds one service and pushes it to staging. `folder` holds the source and, while it runs, the log. The engine does
 * not wait for `allowed`, after which the record is written; where either breaks the build is ended, and it is thrown.
 */
export async function buildService(
  shop: Workshop,
  job: Job,
  todo: ToBuild,
  planned: BuildRecord,
  folder: string,
  allowed: () => Promise<void> = async () => {},
): Promise<Built> {
  const record: BuildRecord = { ...planned, state: 'building', started: new Date(shop.now()).toISOString() }
  const log = openBuildLog(`${folder}/${record.service}.log`)
  const began = shop.uptime()
  const live = { service: record.service, id: record.id, state: record.state, log }
  shop.works.show(live)
  try {
    const written = allowed().then(() => shop.ledger.writeBuild(record))
    return await beside(written, job, (seen) => attempt(shop, seen, todo, record, log))
  } finally {
    shop.works.hide(live)
    shop.works.cacheGrown = true
    shop.metrics.builds.observe((shop.uptime() - began) / 1000)
    log.close()
  }
}

/** Works while the ledger is told of it; what cannot be told is not built to its end. */
async function beside<T>(written: Promise<void>, job: Job, work: (job: Job) => Promise<T>): Promise<T> {
  const unseen = new AbortController()
  written.catch((error: unknown) => unseen.abort(toFailure(error)))
  const signals = [unseen.signal, ...(job.cancelled ? [job.cancelled] : [])]
  const done = await work({ ...job, cancelled: AbortSignal.any(signals) })
  await written
  return done
}

async function attempt(
  shop: Workshop,
  job: Job,
  todo: ToBuild,
  record: BuildRecord,
  log: BuildLog,
): Promise<Built> {
  log.write(`${places.logBegins(record.service, record.version, job.repository, job.sha)}\n`)
  try {
    const staged = await stage(shop, job, todo, record, log)
    return { record: { ...record, ...(await kept(shop, record, log)), ...staged, state: 'staged' } }
  } catch (thrown) {
    const failure = toFailure(thrown)
    log.write(`${places.logEnds(failure.outcome, failure.message)}\n`)
    return { record: { ...record, ...(await kept(shop, record, log)), reason: failure.message }, failure }
  }
}

/** All that the entry promises, in staging: what stands already is not made again. */
async function stage(
  shop: Workshop,
  job: Job,
  todo: ToBuild,
  record: BuildRecord,
  log: BuildLog,
): Promise<Omit<Stands, 'builtFrom'>> {
  const { service_name: service, type } = todo.entry
  const late = deadline(todo.entry, shop.config)
  const signal = job.cancelled ? AbortSignal.any([late, job.cancelled]) : late
  const found = todo.stands ?? (type === 'AMI' ? await leftStaged(shop, job, todo) : undefined)
  if (found) log.write(`${places.logStands(service, found.digest)}\n`)
  const image = found ?? (await stageImage(shop, job, todo, log, signal))
  if (type === 'Docker') return image
  const repository = (made: unknown) => (made ? service : stagingOf(service))
  const from = { repository: repository(todo.stands), digest: image.digest }
  const disk = found?.disk ?? (await stageDisk(shop, job, todo, from, log, signal))
  const lies = { repository: repository(todo.stands?.disk), disk }
  const ami = found?.ami ?? (await putUp(shop, record, lies, log, signal))
  return { ...image, disk, ami }
}

/** The log of the attempt that ended, put beside those of the attempts before. */
async function kept(
  shop: Workshop,
  record: BuildRecord,
  log: BuildLog,
): Promise<Pick<BuildRecord, 'logs' | 'finished'>> {
  const bytes = await log.compressed()
  const annotations = {
    'org.opencontainers.image.title': 'log.gz',
    'artefacto.attempt': String(record.attempt),
  }
  const layer = {
    mediaType: LOG_TYPE,
    digest: await shop.ledger.putLog(record.service, bytes),
    size: bytes.length,
    annotations,
  }
  return { logs: [...record.logs.slice(1 - LOGS_KEPT), layer], finished: new Date(shop.now()).toISOString() }
}
