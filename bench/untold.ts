import { deliver } from '../local/github/delivery.ts'
import { pullRequestClosed, pushed } from '../local/github/payloads.ts'
import { findRepository } from '../local/github/repository.ts'
import type { Files } from '../local/github/server.ts'
import type { Journey } from '../test/support/journey.ts'

/** A merge that GitHub has and has told nobody of. */
export type Untold = {
  sha: string
  /** Delivers it as GitHub does, the push and then the pull request; rejects where webhook does not take them. */
  tell(): Promise<void>
}

/** Merges files; what GitHub has to do for it is done, but for the deliveries themselves. */
export async function untold(world: Journey, repository: string, files: Files): Promise<Untold> {
  const { sha, number } = await world.github.merge(repository, { files, deliver: false })
  const found = findRepository(world.state.github, repository)
  const pull = found?.ledger.pulls.find((one) => one.number === number)
  if (found === undefined || pull === undefined)
    throw new Error(`${repository} has no pull request ${number}`)
  const move = { branch: pull.base.ref, before: pull.base.sha, after: sha }
  const events = {
    push: await pushed(world.github.url, found, move),
    pull_request: pullRequestClosed(world.github.url, found, pull),
  }
  const webhook = { url: `${world.gateway}/function/webhook`, secret: () => world.secret('webhook-secret') }
  return {
    sha,
    async tell() {
      for (const [event, payload] of Object.entries(events)) {
        const { status, response } = await deliver(webhook, found, event, payload)
        if (status !== 202) throw new Error(`webhook answered ${status} to the ${event}: ${response}`)
      }
    },
  }
}
