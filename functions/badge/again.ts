import { createHmac } from 'node:crypto'
import { Failure } from '../shared/failure.ts'
import type { Reply, Request } from '../shared/http.ts'
import type { MergeRecord } from '../shared/merge-record.ts'
import type { Secrets } from '../shared/secrets.ts'
import { sameSecret } from '../shared/signature.ts'
import { MOUNT } from './access.ts'
import { againPage, refusedPage } from './again-page.ts'
import { askBuild } from './ask-build.ts'
import { isOpen } from './build-standing.ts'
import type { BuildView, buildViews } from './build-views.ts'
import type { Config } from './config.ts'
import * as words from './words.ts'

type Parts = { config: Config; secrets: Secrets; views: ReturnType<typeof buildViews> }
type Place = { service: string; id: string }

/**
 * A finished merge once more. GET asks, POST does it; the form carries a token, so that no other site can make a browser
 * that holds the key post it.
 */
export function againPages({ config, secrets, views }: Parts) {
  async function ask(place: Place): Promise<Reply> {
    const view = await views.see(place.service, place.id)
    const merge = runnable(view)
    if (typeof merge === 'string') return refusedPage(view, merge, 409)
    const [secret] = await secrets.rotating('payload-secret')
    return againPage(view, merge, tokenOf(secret, place), config.githubUrl)
  }

  async function run(place: Place, body: Buffer): Promise<Reply> {
    const token = new URLSearchParams(body.toString()).get('token') ?? ''
    const expected = (await secrets.rotating('payload-secret')).map((secret) => tokenOf(secret, place))
    if (!expected.some((one) => sameSecret(one, token))) throw new Failure('signature', words.formForeign)
    const view = await views.see(place.service, place.id)
    const merge = runnable(view)
    if (typeof merge === 'string') return refusedPage(view, merge, 409)
    const refusal = await askBuild(config.gatewayUrl, secrets, {
      repository_id: merge.repositoryId,
      repository: merge.repository,
      sha: merge.sha,
      ...(merge.pullRequest !== undefined && { pull_request: merge.pullRequest }),
      again: true,
    })
    views.forget(place.service)
    if (refusal) return refusedPage(view, refusal.message, refusal.status)
    const { service, id } = place
    return { status: 303, headers: { Location: `${MOUNT}/${service}/builds/${id}` }, body: '' }
  }

  return (place: Place, request: Request): Promise<Reply> =>
    request.method === 'POST' ? run(place, request.body) : ask(place)
}

/** The merge that can run again; else why it cannot. */
function runnable({ record, merge }: BuildView): MergeRecord | string {
  if (record.manual) return words.manualAgain
  if (merge === undefined) return words.mergeForgotten
  if (isOpen(merge)) return words.inWork
  return merge
}

function tokenOf(secret: string, { service, id }: Place): string {
  return createHmac('sha256', secret).update(`again:${service}/${id}`).digest('base64url')
}
