import pLimit from 'p-limit'
import type { CheckRequest } from '../shared/build-request.ts'
import { Failure, toFailure } from '../shared/failure.ts'
import { json, type Reply } from '../shared/http.ts'
import { log } from '../shared/log.ts'
import { allowed } from '../shared/repositories.ts'
import { checkPull, showChecked } from './check-pull.ts'
import { wholeStatus } from './commit-status.ts'
import * as answers from './words/answers.ts'
import type { Workshop } from './workshop.ts'

/** A check that met a passing error, or a head that GitHub does not show yet, is tried again after these, in ms. */
const PAUSES = [5_000, 30_000, 120_000]

/** Pull requests that wait for their check at most; a check is only a kindness, and the oldest is left out. */
const WAITING_LIMIT = 500

/** Checks of pull requests, one at a time; only the newest head of each is worth it. */
export function checker(shop: Workshop, pauses = PAUSES): (request: CheckRequest) => Promise<Reply> {
  const newest = new Map<string, CheckRequest>()
  const one = pLimit(1)
  const key = ({ repository_id, pull_request }: CheckRequest) => `${repository_id}/${pull_request}`
  const isNewest = (request: CheckRequest) => newest.get(key(request)) === request

  async function run(request: CheckRequest, tries: number): Promise<void> {
    const found = await one(async () => (isNewest(request) ? checkPull(shop, request) : 'none')).catch(
      toFailure,
    )
    if (!isNewest(request)) return
    const pause = pauses[tries]
    const passing = found instanceof Failure || found === 'unconfirmed'
    if (passing && pause !== undefined) return void setTimeout(run, pause, request, tries + 1).unref()
    newest.delete(key(request))
    if (found instanceof Failure) showTrouble(shop, request, found)
    else showChecked(shop, request, found)
  }

  return async (request) => {
    const { repository, pull_request: number } = request
    if (!allowed(shop.config.repositories, repository)) throw new Failure('not_allowed')
    if ((await shop.access.identity()) === undefined) {
      const ignored = answers.checkNeedsToken
      log('check_ignored', { repository, number, reason: ignored })
      return json(200, { ignored })
    }
    newest.delete(key(request))
    newest.set(key(request), request)
    for (const oldest of newest.keys()) if (newest.size > WAITING_LIMIT) newest.delete(oldest)
    void run(request, 0)
    return json(202, { accepted: answers.checking(repository, number), sha: request.sha })
  }
}

function showTrouble(shop: Workshop, request: CheckRequest, failure: Failure): void {
  const { repository, repository_id: repositoryId, sha } = request
  log('check_failed', { repository, sha, error: failure })
  const status = wholeStatus('error', failure.message, shop.config.publicUrl)
  shop.statuses.show({ repositoryId, repository, sha }, status)
}
