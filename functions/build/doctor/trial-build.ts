import { type Check, failed, ok, skipped } from '../../shared/check.ts'
import { toFailure } from '../../shared/failure.ts'
import type { Engine } from '../engine.ts'
import type { EngineAt } from '../engines.ts'
import { NO_GRANTS } from '../grants.ts'
import type { Offer } from '../offer.ts'
import { inMemory } from '../synced.ts'
import * as words from '../words/doctor.ts'
import type { Workshop } from '../workshop.ts'
import type { Look } from './examine.ts'
import { CHECK_REPOSITORY, leaveNothing, openCheckRegistry } from './registry-write.ts'

/** One engine's trial, the line that tells of it, and the tag that it pushes. */
type Trial = { name: string; engine: Engine; tag: string }

/**
 * One time for all: the layer is the same bytes at each look. Those of another tag are others: they are deleted with
 * it, perhaps at this moment.
 */
const offerOf = (tag: string): Offer => ({
  key: `artefacto-doctor-${tag}`,
  dockerfile: inMemory('Dockerfile', Buffer.from('FROM scratch\nCOPY check /\n'), 0),
  context: [inMemory('check', Buffer.from(`${tag}\n`), 0)],
})

/** Has an engine build an image of one small file, as merges are built, and push it; takes both away again. */
export function checkTrialBuild(name: string, { engine }: EngineAt, tag: string): Look {
  return async (shop, signal) => {
    try {
      await engine.version()
    } catch {
      return skipped(name, words.engineSilent)
    }
    const repository = `${shop.config.registry}/${CHECK_REPOSITORY}`
    const image = `${repository}:${tag}`
    const registry = openCheckRegistry(shop)
    try {
      // An engine that cannot push tries it again and again, and the registry has a line of its own.
      await registry.ping()
    } catch {
      return skipped(name, words.registryShut)
    }
    const trial = { name, engine, tag }
    try {
      return (await build(trial, image, signal)) ?? (await push(trial, shop, repository, signal))
    } finally {
      await engine.remove(image).catch(() => {})
      await leaveNothing(registry, tag).catch(() => {})
    }
  }
}

async function build(
  { name, engine, tag }: Trial,
  image: string,
  signal: AbortSignal,
): Promise<Check | undefined> {
  const job = {
    offer: offerOf(tag),
    dockerfile: 'Dockerfile',
    image,
    args: {},
    target: undefined,
    labels: {},
    grants: NO_GRANTS,
  }
  try {
    await engine.build(job, () => {}, signal)
    return undefined
  } catch (error) {
    return failed(name, 'engine_build', words.cannotBuild(toFailure(error).message))
  }
}

async function push(
  { name, engine, tag }: Trial,
  shop: Workshop,
  repository: string,
  signal: AbortSignal,
): Promise<Check> {
  try {
    const [username, password] = await Promise.all([
      shop.secrets.need('registry-user'),
      shop.secrets.need('registry-password'),
    ])
    await engine.push(repository, tag, { username, password }, signal)
    return ok(name, words.trialGood(shop.config.registry))
  } catch (error) {
    const says = words.cannotPush(shop.config.registry, toFailure(error).message)
    const mend = words.pushMend(shop.config.registry)
    return failed(name, 'engine_push', says, mend)
  }
}
