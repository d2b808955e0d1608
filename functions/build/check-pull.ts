import type { CheckRequest } from '../shared/build-request.ts'
import { Failure } from '../shared/failure.ts'
import { log } from '../shared/log.ts'
import { DESCRIPTION_LIMIT, wholeStatus } from './commit-status.ts'
import { committedAt } from './confirm.ts'
import { foresee } from './foresee.ts'
import { type Foresight, foresightLine, isGood } from './foresight.ts'
import type { Pull } from './github.ts'
import type { Job } from './job.ts'
import { lookAtName, type Naming } from './plan.ts'
import { withSource } from './source.ts'
import * as refusals from './words/refusals.ts'
import type { Workshop } from './workshop.ts'

/** `unconfirmed`: GitHub does not show this head (yet). `none`: a repository that has no images.json, and never had. */
export type Checked = Foresight | 'unconfirmed' | 'none'

/**
 * Looks at the head of a pull request: what would a merge of it do? Nothing of it is built or run, nothing is
 * written, no name is taken. As with a merge, the delivery is a claim, and GitHub is asked.
 */
export async function checkPull(shop: Workshop, request: CheckRequest): Promise<Checked> {
  const { repository, repository_id: repositoryId, sha, pull_request: number } = request
  const pull = await shop.github.pull(repository, number)
  if (!fits(pull, request, shop.config.branches)) return 'unconfirmed'
  const commit = await shop.github.commit(repository, sha)
  if (commit === undefined) return 'unconfirmed'
  const branch = pull.base.ref
  const images = await shop.github.images(repository, sha)
  const known = (await shop.ledger.newest(repositoryId, branch))?.known ?? []
  if (images === undefined)
    return known.length === 0 ? 'none' : { problem: new Failure('images_missing').message }
  const job: Job = {
    repositoryId,
    repository,
    branch,
    sha,
    // It would be merged now, so that no newer merge stands in its way.
    time: shop.now(),
    committed: committedAt(commit, shop.now()),
    manual: false,
    attempt: 1,
    queued: new Date(shop.now()).toISOString(),
  }
  const foreign = isForeign(pull)
  return foresee(
    foreign ? { ...shop, sources: shop.publicSources } : shop,
    job,
    images,
    (look) => withSource(shop, { repository, sha }, look),
    foreign ? lookFromOutside : lookAtName,
  )
}

/** Shows at the head what was found. */
export function showChecked(shop: Workshop, request: CheckRequest, checked: Checked): void {
  const { repository, repository_id: repositoryId, sha, pull_request } = request
  const line = typeof checked === 'string' ? checked : foresightLine(checked, DESCRIPTION_LIMIT)
  log('pull_checked', { repository, pull_request, sha, found: line })
  if (typeof checked === 'string') return
  const status = wholeStatus(isGood(checked) ? 'success' : 'failure', line, shop.config.publicUrl)
  shop.statuses.show({ repositoryId, repository, sha }, status)
}

/** Whether the pull request is open, goes into one of the branches, and has this head. */
function fits(pull: Pull | undefined, request: CheckRequest, branches: readonly string[]): pull is Pull {
  return (
    pull?.state === 'open' &&
    pull.head?.sha === request.sha &&
    branches.includes(pull.base.ref) &&
    pull.base.repo.id === request.repository_id
  )
}

/** Whether the head lies in a fork: anybody may open such a pull request where the repository is public. */
function isForeign(pull: Pull | undefined): boolean {
  return pull?.head?.repo?.id !== pull?.base.repo.id
}

/** A stranger must not learn from images.json which other repositories there are. */
const lookFromOutside: Naming = (shop, job, service) =>
  lookAtName(shop, job, service).catch((error: unknown) => {
    if (error instanceof Failure && error.code === 'name_owned')
      throw new Failure('name_owned', refusals.belongsElsewhere(service))
    throw error
  })
