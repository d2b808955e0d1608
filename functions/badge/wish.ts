import { createHmac } from 'node:crypto'
import { Failure } from '../shared/failure.ts'
import type { Reply, Request } from '../shared/http.ts'
import type { MergeRecord } from '../shared/merge-record.ts'
import type { Secrets } from '../shared/secrets.ts'
import { sameSecret } from '../shared/signature.ts'
import { MOUNT } from './access.ts'
import { askBuild } from './ask-build.ts'
import { isCancellable, isOpen } from './build-standing.ts'
import type { BuildView, buildViews } from './build-views.ts'
import type { Config } from './config.ts'
import { againPage, cancelPage, refusedPage } from './wish-page.ts'
import * as words from './words.ts'

/** What a person may want of a merge: that it runs once more, or no more. */
export type Wish = 'again' | 'cancel'

type Parts = { config: Config; secrets: Secrets; views: ReturnType<typeof buildViews> }
type Place = { service: string; id: string }

/**
 * What a person wants of a merge. GET asks, POST does it; the form carries a token, so that no other site can make a
 * browser that holds the key post it.
 */
export function wishPages({ config, secrets, views }: Parts) {
  async function ask(wish: Wish, place: Place): Promise<Reply> {
    const view = await views.see(place.service, place.id)
    const merge = grantable(wish, view)
    if (typeof merge === 'string') return refusedPage(wish, view, merge, 409)
    const [secret] = await secrets.rotating('payload-secret')
    const page = wish === 'again' ? againPage : cancelPage
    return page(view, merge, tokenOf(secret, wish, place), config.githubUrl)
  }

  async function grant(wish: Wish, place: Place, body: Buffer): Promise<Reply> {
    const token = new URLSearchParams(body.toString()).get('token') ?? ''
    const expected = (await secrets.rotating('payload-secret')).map((secret) => tokenOf(secret, wish, place))
    if (!expected.some((one) => sameSecret(one, token))) throw new Failure('signature', words.formForeign)
    const view = await views.see(place.service, place.id)
    const merge = grantable(wish, view)
    if (typeof merge === 'string') return refusedPage(wish, view, merge, 409)
    const refusal = await askBuild(config.gatewayUrl, secrets, {
      repository_id: merge.repositoryId,
      repository: merge.repository,
      sha: merge.sha,
      ...(merge.pullRequest !== undefined && { pull_request: merge.pullRequest }),
      [wish]: true,
    })
    views.forget(place.service)
    if (refusal) return refusedPage(wish, view, refusal.message, refusal.status)
    const { service, id } = place
    return { status: 303, headers: { Location: `${MOUNT}/${service}/builds/${id}` }, body: '' }
  }

  return (wish: Wish, place: Place, request: Request): Promise<Reply> =>
    request.method === 'POST' ? grant(wish, place, request.body) : ask(wish, place)
}

/** The merge of which that can be wanted; else why it cannot. */
function grantable(wish: Wish, { record, merge }: BuildView): MergeRecord | string {
  if (record.manual) return wish === 'again' ? words.manualAgain : words.manualCancel
  if (merge === undefined) return words.mergeForgotten
  if (wish === 'again') return isOpen(merge) ? words.inWork : merge
  if (isCancellable(merge)) return merge
  if (merge.time === undefined) return words.notConfirmed
  return merge.state === 'publishing' ? words.isPublishing : words.hasEnded
}

function tokenOf(secret: string, wish: Wish, { service, id }: Place): string {
  return createHmac('sha256', secret).update(`${wish}:${service}/${id}`).digest('base64url')
}
