import { type Check, failed, ok, skipped } from '../../shared/check.ts'
import { toFailure } from '../../shared/failure.ts'
import { NO_GRANTS } from '../grants.ts'
import type { Offer } from '../offer.ts'
import { inMemory } from '../synced.ts'
import * as words from '../words/doctor.ts'
import type { Workshop } from '../workshop.ts'
import type { Look } from './examine.ts'
import { CHECK_REPOSITORY, leaveNothing, openCheckRegistry } from './registry-write.ts'

const NAME = 'engine build'
const TAG = 'engine'

/** One time for all: the layer is the same bytes at each look. */
const OFFER: Offer = {
  key: 'artefacto-doctor',
  dockerfile: inMemory('Dockerfile', Buffer.from('FROM scratch\nCOPY check /\n'), 0),
  context: [inMemory('check', Buffer.from('artefacto\n'), 0)],
}

/** Has the engine build an image of one small file, as merges are built, and push it; takes both away again. */
export const checkTrialBuild: Look = async (shop, signal) => {
  try {
    await shop.engine.version()
  } catch {
    return skipped(NAME, words.engineSilent)
  }
  const repository = `${shop.config.registry}/${CHECK_REPOSITORY}`
  const image = `${repository}:${TAG}`
  const registry = openCheckRegistry(shop)
  try {
    // An engine that cannot push tries it again and again, and the registry has a line of its own.
    await registry.ping()
  } catch {
    return skipped(NAME, words.registryShut)
  }
  try {
    return (await build(shop, image, signal)) ?? (await push(shop, repository, signal))
  } finally {
    await shop.engine.remove(image).catch(() => {})
    await leaveNothing(registry, TAG).catch(() => {})
  }
}

async function build(shop: Workshop, image: string, signal: AbortSignal): Promise<Check | undefined> {
  const job = {
    offer: OFFER,
    dockerfile: 'Dockerfile',
    image,
    args: {},
    target: undefined,
    labels: {},
    grants: NO_GRANTS,
  }
  try {
    await shop.engine.build(job, () => {}, signal)
    return undefined
  } catch (error) {
    return failed(NAME, 'engine_build', words.cannotBuild(toFailure(error).message))
  }
}

async function push(shop: Workshop, repository: string, signal: AbortSignal): Promise<Check> {
  try {
    const [username, password] = await Promise.all([
      shop.secrets.need('registry-user'),
      shop.secrets.need('registry-password'),
    ])
    await shop.engine.push(repository, TAG, { username, password }, signal)
    return ok(NAME, words.trialGood(shop.config.registry))
  } catch (error) {
    const says = words.cannotPush(shop.config.registry, toFailure(error).message)
    const mend = words.pushMend(shop.config.registry)
    return failed(NAME, 'engine_push', says, mend)
  }
}
