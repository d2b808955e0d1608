import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Files } from '../local/github/server.ts'
import { type Journey, REPOSITORY } from '../test/support/journey.ts'

/** After so many looks for the tag one at the ledger. */
const LOOKS = 400

/** From the delivery of a merge until all of these versions stand in the registry, in ms. */
export async function released(
  world: Journey,
  files: Files,
  versions: Record<string, string>,
  repository = REPOSITORY,
): Promise<number> {
  const { sha, number: pull_request } = await world.github.merge(repository, { files, deliver: false })
  const claim = { repository_id: await world.id(repository), repository, sha, pull_request }
  const began = performance.now()
  await world.call('/function/build', claim)
  for (const [service, version] of Object.entries(versions)) await standing(service, version)
  const ms = performance.now() - began
  await built()
  return ms

  // Asked each time, the registry would be as busy with the password as with the merge.
  async function standing(service: string, version: string): Promise<void> {
    const tag = `docker/registry/v2/repositories/${service}/_manifests/tags/${version}/current/link`
    for (let look = 1; !existsSync(join(world.state.registry, tag)); look += 1) {
      if (look % LOOKS === 0) await mayStillBe()
      await sleep(5)
    }
    if ((await world.registry.head(service, version)) === undefined)
      throw new Error(`${service}:${version} does not stand in the registry`)
  }

  /** What has failed would be waited for in vain. */
  async function mayStillBe(): Promise<void> {
    const record = await world.ledger.merge(claim.repository_id, sha)
    if (record?.finished !== undefined) await built()
  }

  async function built(): Promise<void> {
    const { state, reason } = await world.ended(sha, repository)
    if (state !== 'built') throw new Error(`the merge ended ${state}: ${reason}`)
  }
}
