import { type BuildRecord, LOG_TYPE } from '../shared/build-record.ts'
import { Failure, toFailure } from '../shared/failure.ts'
import { type BuildLog, openBuildLog } from './build-log.ts'
import { contextStream } from './context-stream.ts'
import { type Job, stagingTag } from './job.ts'
import type { Plan } from './plan.ts'
import { stagingOf } from './promote.ts'
import { tarballIn } from './source.ts'
import { SOURCE_LABEL } from './source-digest.ts'
import { layersSize } from './standing.ts'
import * as places from './words/places.ts'
import * as refusals from './words/refusals.ts'
import type { Workshop } from './workshop.ts'

export type ToBuild = Extract<Plan, { verdict: 'build' }>

/** How a build ended: its record, `staged` with a digest, or with the Failure and not yet written. */
export type Built = { record: BuildRecord; failure?: Failure }

/** Builds one service and pushes it to staging. `folder` holds the source and, while it runs, the log. */
export async function buildService(
  shop: Workshop,
  job: Job,
  todo: ToBuild,
  planned: BuildRecord,
  folder: string,
): Promise<Built> {
  const record: BuildRecord = { ...planned, state: 'building', started: new Date(shop.now()).toISOString() }
  const log = openBuildLog(`${folder}/${record.service}.log`)
  const began = shop.uptime()
  const live = { service: record.service, id: record.id, state: record.state, log }
  shop.works.show(live)
  try {
    await shop.ledger.writeBuild(record)
    return await attempt(shop, job, todo, folder, record, log)
  } finally {
    shop.works.hide(live)
    shop.metrics.builds.observe((shop.uptime() - began) / 1000)
    log.close()
  }
}

async function attempt(
  shop: Workshop,
  job: Job,
  todo: ToBuild,
  folder: string,
  record: BuildRecord,
  log: BuildLog,
): Promise<Built> {
  log.write(`${places.logBegins(record.service, record.version, job.repository, job.sha)}\n`)
  try {
    const { digest, size } = await stage(shop, job, todo, folder, log)
    log.write(`${places.logPushed(digest)}\n`)
    return { record: { ...record, ...(await kept(shop, record, log)), state: 'staged', digest, size } }
  } catch (thrown) {
    const failure = toFailure(thrown)
    log.write(`${places.logEnds(failure.outcome, failure.message)}\n`)
    return { record: { ...record, ...(await kept(shop, record, log)), reason: failure.message }, failure }
  }
}

/** Engine, push to staging, and the registry's own word on the digest. */
async function stage(shop: Workshop, job: Job, todo: ToBuild, folder: string, log: BuildLog) {
  const { config, engine, secrets, registry } = shop
  const staging = stagingOf(todo.entry.service_name)
  const repository = `${config.registry}/${staging}`
  const tag = stagingTag(job, todo.entry.version)
  const image = `${repository}:${tag}`
  const signal = deadline(config.buildTimeout)
  const context = contextStream(tarballIn(folder), job.sha, todo.context, job.committed, signal)
  const build = {
    context,
    dockerfile: todo.context.dockerfile,
    image,
    args: { SOURCE_DATE_EPOCH: String(Math.floor(job.committed / 1000)), ...todo.entry.args },
    target: todo.entry.target,
    labels: labels(config.githubUrl, job, todo),
  }
  await engine.build(build, log.write, signal)
  const auth = {
    username: await secrets.need('registry-user'),
    password: await secrets.need('registry-password'),
  }
  const digest = await engine.push(repository, tag, auth, signal)
  await engine.remove(image).catch(() => log.write(`${places.tagKept}\n`))
  const manifest = await registry.manifest(staging, digest)
  if (manifest?.digest !== digest) throw new Failure('registry_error', places.notPushed(digest))
  return { digest, size: layersSize(manifest.bytes) }
}

/** The image's labels (https://github.com/opencontainers/image-spec/blob/main/annotations.md) and our own. */
function labels(githubUrl: string, job: Job, { entry, source }: ToBuild): Record<string, string> {
  return {
    'org.opencontainers.image.source': `${githubUrl}/${job.repository}`,
    'org.opencontainers.image.revision': job.sha,
    'org.opencontainers.image.version': entry.version,
    'org.opencontainers.image.created': new Date(job.committed).toISOString(),
    'org.opencontainers.image.title': entry.service_name,
    [SOURCE_LABEL]: source,
    // Another digest than that of an attempt whose manifest the registry may have kept half of.
    ...(job.attempt > 1 && { 'artefacto.attempt': String(job.attempt) }),
  }
}

function deadline(ms: number): AbortSignal {
  const controller = new AbortController()
  const sentence = refusals.tooLong(Math.round(ms / 1000))
  setTimeout(() => controller.abort(new Failure('build_timeout', sentence)), ms).unref()
  return controller.signal
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
  return { logs: [...record.logs, layer], finished: new Date(shop.now()).toISOString() }
}
