import { Failure } from '../shared/failure.ts'
import type { Manifest } from '../shared/registry.ts'
import type { BuildLog } from './build-log.ts'
import type { Build, Engine } from './engine.ts'
import { childFor, putIndex } from './image-index.ts'
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
 * as stored. Of several platforms it is an index, and the size is that of all its images.
 */
export async function stageImage(
  shop: Workshop,
  job: Job,
  todo: ToBuild,
  log: BuildLog,
  signal: AbortSignal,
): Promise<{ digest: string; size: number }> {
  const { entry } = todo
  const staging = stagingOf(entry.service_name)
  const tag = stagingTag(job, entry.version)
  const { platforms = [undefined] } = entry
  const build = await buildOf(shop, job, todo, `${shop.config.registry}/${staging}:${tag}`)
  const name = nameOf(job, todo)
  const images = await shop.engines.use(name, signal, async ({ host, engine }) => {
    if (!shop.engines.alone) log.write(`${places.logEngine(host)}\n`)
    const made: Manifest[] = []
    // One after another: a service has one slot.
    for (const platform of platforms) {
      if (platform !== undefined) log.write(`${places.logPlatform(platform)}\n`)
      await engine.build({ ...build, platform }, log.write, signal).catch((error: unknown) => {
        shop.toldTimes.forget(name)
        throw error
      })
      made.push(await push(shop, engine, staging, tag, log, signal))
    }
    return made
  })
  const size = images.reduce((sum, { bytes }) => sum + layersSize(bytes), 0)
  refuseTooLarge(entry, shop.config, size)
  const [image] = images
  if (image && images.length === 1) return { digest: image.digest, size }
  const children = images.map((one, at) => childFor(String(platforms[at]), one))
  const digest = await putIndex(shop.registry, staging, tag, children, { labels: build.labels, size })
  log.write(`${places.logIndex(digest)}\n`)
  return { digest, size }
}

/** The service's name among those of all repositories. */
function nameOf({ repositoryId }: Job, { entry }: ToBuild): string {
  return `${repositoryId}/${entry.service_name}`
}

async function buildOf(shop: Workshop, job: Job, todo: ToBuild, image: string): Promise<Build> {
  const { entry, context, source } = todo
  const grants = await shop.grants(job.repository, entry)
  return {
    offer: offerOf(shop.toldTimes, nameOf(job, todo), context, job.committed),
    dockerfile: context.dockerfile,
    image,
    args: { SOURCE_DATE_EPOCH: String(Math.floor(job.committed / 1000)), ...entry.args },
    target: entry.target,
    labels: { ...imageLabels(shop.config.githubUrl, job, entry), [SOURCE_LABEL]: source },
    grants,
  }
}

/** Pushes what the engine has as a tag of staging; gives it as the registry has it, and the engine forgets it. */
async function push(
  { config, secrets, registry }: Workshop,
  engine: Engine,
  staging: string,
  tag: string,
  log: BuildLog,
  signal: AbortSignal,
): Promise<Manifest> {
  const repository = `${config.registry}/${staging}`
  const auth = {
    username: await secrets.need('registry-user'),
    password: await secrets.need('registry-password'),
  }
  const digest = await engine.push(repository, tag, auth, signal)
  const [manifest] = await Promise.all([
    registry.manifest(staging, digest),
    engine.remove(`${repository}:${tag}`).catch(() => log.write(`${places.tagKept}\n`)),
  ])
  if (manifest?.digest !== digest) throw new Failure('registry_error', places.notPushed(digest))
  log.write(`${places.logPushed(digest)}\n`)
  return manifest
}
