import { setTimeout as sleep } from 'node:timers/promises'
import type { Files } from '../local/github/server.ts'
import { type Journey, REPOSITORY } from '../test/support/journey.ts'

/** From the delivery of a merge until all of these versions stand in the registry, in ms. */
export async function released(
  world: Journey,
  files: Files,
  versions: Record<string, string>,
): Promise<number> {
  const { sha, number: pull_request } = await world.github.merge(REPOSITORY, { files, deliver: false })
  const claim = { repository_id: await world.id(), repository: REPOSITORY, sha, pull_request }
  const began = performance.now()
  await world.call('/function/build', claim)
  for (const [service, version] of Object.entries(versions))
    while ((await world.registry.head(service, version)) === undefined) await sleep(5)
  const ms = performance.now() - began
  const { state, reason } = await world.ended(sha)
  if (state !== 'built') throw new Error(`the merge ended ${state}: ${reason}`)
  return ms
}
