import { Failure } from '../shared/failure.ts'
import type { BuildLog } from './build-log.ts'
import { contextStream } from './context-stream.ts'
import { imageLabels } from './image-labels.ts'
import { type Job, stagingTag } from './job.ts'
import { refuseTooLarge } from './limits.ts'
import type { ToBuild } from './plan.ts'
import { stagingOf } from './promote.ts'
import { tarballIn } from './source.ts'
import { SOURCE_LABEL } from './source-digest.ts'
import { layersSize } from './standing.ts'
import * as places from './words/places.ts'
import type { Workshop } from './workshop.ts'

/**
 * Builds a service's image and pushes it to staging; the digest is the registry's own word. `folder` holds the
 * source. `size`: bytes of the layers as stored.
 */
export async function stageImage(
  shop: Workshop,
  job: Job,
  todo: ToBuild,
  { folder, log, signal }: { folder: string; log: BuildLog; signal: AbortSignal },
): Promise<{ digest: string; size: number }> {
  const { config, engine, secrets, registry } = shop
  const staging = stagingOf(todo.entry.service_name)
  const repository = `${config.registry}/${staging}`
  const tag = stagingTag(job, todo.entry.version)
  const image = `${repository}:${tag}`
  const grants = await shop.grants(job.repository, todo.entry)
  const context = contextStream(tarballIn(folder), job.sha, todo.context, job.committed, signal)
  const build = {
    context,
    dockerfile: todo.context.dockerfile,
    image,
    args: { SOURCE_DATE_EPOCH: String(Math.floor(job.committed / 1000)), ...todo.entry.args },
    target: todo.entry.target,
    labels: { ...imageLabels(config.githubUrl, job, todo.entry), [SOURCE_LABEL]: todo.source },
    grants,
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
  log.write(`${places.logPushed(digest)}\n`)
  const size = layersSize(manifest.bytes)
  refuseTooLarge(todo.entry, config, size)
  return { digest, size }
}
