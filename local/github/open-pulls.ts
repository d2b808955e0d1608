import { existing } from './actions.ts'
import { DEFAULT_BRANCH } from './adopt.ts'
import { type Delivery, deliver, type Webhook } from './delivery.ts'
import { instant } from './instant.ts'
import { commitAside, keepPull, openPull } from './merge.ts'
import { type PullChange, pullRequestEvent } from './payloads.ts'
import type { Pull } from './pull.ts'
import type { Repository } from './repository.ts'
import { headOf } from './revision.ts'
import type { Site } from './site.ts'
import type { Files } from './write-commit.ts'

/** A pull request that is open after something was done to it. */
export type Review = { sha: string; number: number; deliveries: Delivery[] }

export type Reviewing = {
  /** Opens a pull request with these changes, from a fork of `fork` if that is given, and delivers `opened`. */
  openPull: (
    fullName: string,
    change: { files: Files; title?: string; base?: string; fork?: string; deliver?: boolean },
  ) => Promise<Review>
  /** One more commit on an open pull request; delivers `synchronize`. */
  pushToPull: (
    fullName: string,
    number: number,
    change: { files: Files; deliver?: boolean },
  ) => Promise<Review>
  /** An open pull request goes into another branch from now on; delivers `edited`. */
  retarget: (fullName: string, number: number, base: string) => Promise<Review>
}

/** What people do to a pull request before it is merged, and the deliveries that follow from it. */
export function reviewingActions(site: Site, webhook: Webhook | undefined): Reviewing {
  const act = async (
    fullName: string,
    work: (repository: Repository) => Promise<{ pull: Pull; change: PullChange }>,
    wanted = true,
  ): Promise<Review> => {
    const { pull, change } = await site.turn(fullName.toLowerCase(), () => work(existing(site, fullName)))
    const repository = existing(site, fullName)
    const payload = pullRequestEvent(site.api, repository, pull, change)
    const deliveries = webhook && wanted ? [await deliver(webhook, repository, 'pull_request', payload)] : []
    return { sha: pull.head.sha, number: pull.number, deliveries }
  }
  return {
    openPull: (fullName, { files, title = 'A change', base = DEFAULT_BRANCH, fork, deliver: wanted }) =>
      act(
        fullName,
        async (repository) => {
          const at = site.now()
          const ref = `review-${repository.ledger.pulls.length + 1}`
          const sha = await commitAside(repository, { files, branch: ref, base, message: title, at })
          const head = { ref, sha, ...(fork && { fork }) }
          return { pull: await openPull(repository, { title, base, head, at }), change: { action: 'opened' } }
        },
        wanted,
      ),
    pushToPull: (fullName, number, { files, deliver: wanted }) =>
      act(
        fullName,
        async (repository) => {
          const open = pullAt(repository, number)
          const { ref, sha: before } = open.head
          const at = site.now()
          const more = { files, branch: ref, base: open.base.ref, message: 'More', at }
          const after = await commitAside(repository, more)
          const pull = { ...open, head: { ...open.head, sha: after }, updated_at: instant(at) }
          keepPull(repository, pull)
          return { pull, change: { action: 'synchronize', before, after } }
        },
        wanted,
      ),
    retarget: (fullName, number, base) =>
      act(fullName, async (repository) => {
        const open = pullAt(repository, number)
        const sha = (await headOf(repository.directory, base)) ?? open.base.sha
        const pull = { ...open, base: { ref: base, sha }, updated_at: instant(site.now()) }
        keepPull(repository, pull)
        const changes = { base: { ref: { from: open.base.ref }, sha: { from: open.base.sha } } }
        return { pull, change: { action: 'edited', changes } }
      }),
  }
}

function pullAt(repository: Repository, number: number): Pull {
  const pull = repository.ledger.pulls.find((one) => one.number === number && one.state === 'open')
  if (pull === undefined) throw new Error(`${repository.fullName} has no open pull request ${number}`)
  return pull
}
