import { Failure } from '../shared/failure.ts'
import type { BuildLog } from './build-log.ts'
import { imageLabels } from './image-labels.ts'
import { type Job, stagingTag } from './job.ts'
import { refuseTooLarge } from './limits.ts'
import { offerOf } from './offer.ts'
import type { ToBuild } from './plan.ts'
import { stagingOf } from './promote.ts'
import { SOURCE_LABEL } from './source-digest.ts'
import { layersSize } from './standing.ts'
import * as places from './words/places.ts'
import type { Workshop } from './workshop.ts'

/**
 * Builds a service's image and pushes it to staging; the digest is the registry's own word. `size`: bytes of the layers
 * as stored.
 */
export async function stageImage(
  shop: Workshop,
  job: Job,
  todo: ToBuild,
  log: BuildLog,
  signal: AbortSignal,
): Promise<{ digest: string; size: number }> {
  const { config, engine, secrets, registry } = shop
  const staging = stagingOf(todo.entry.service_name)
  const repository = `${config.registry}/${staging}`
  const tag = stagingTag(job, todo.entry.version)
  const image = `${repository}:${tag}`
  const grants = await shop.grants(job.repository, todo.entry)
  const service = `${job.repositoryId}/${todo.entry.service_name}`
  const build = {
    offer: offerOf(shop.toldTimes, service, todo.context, job.committed),
    dockerfile: todo.context.dockerfile,
    image,
    args: { SOURCE_DATE_EPOCH: String(Math.floor(job.committed / 1000)), ...todo.entry.args },
    target: todo.entry.target,
    labels: { ...imageLabels(config.githubUrl, job, todo.entry), [SOURCE_LABEL]: todo.source },
    grants,
  }
  await engine.build(build, log.write, signal).catch((error: unknown) => {
    shop.toldTimes.forget(service)
    throw error
  })
  const auth = {
    username: await secrets.need('registry-user'),
    password: await secrets.need('registry-password'),
  }
  const digest = await engine.push(repository, tag, auth, signal)
  const [manifest] = await Promise.all([
    registry.manifest(staging, digest),
    engine.remove(image).catch(() => log.write(`${places.tagKept}\n`)),
  ])
  if (manifest?.digest !== digest) throw new Failure('registry_error', places.notPushed(digest))
  log.write(`${places.logPushed(digest)}\n`)
  const size = layersSize(manifest.bytes)
  refuseTooLarge(todo.entry, config, size)
  return { digest, size }
}
