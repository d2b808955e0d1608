import { pageOf, type RepositoryCall } from './call.ts'
import { type Delivery, deliver, redeliver } from './delivery.ts'
import { type Hook, hookAsked, webhookOf } from './hook.ts'
import type { LoggedDelivery } from './hook-log.ts'
import { json, notFound, type Reply } from './reply.ts'
import type { Repository } from './repository.ts'
import { mustHandleHooks } from './rights.ts'
import type { Site } from './site.ts'

/** Delivers an event to a webhook of the API and keeps it in its log. */
export async function deliverToHook(
  site: Pick<Site, 'hookLog' | 'now'>,
  repository: Repository,
  hook: Hook,
  event: string,
  payload: unknown,
): Promise<Delivery> {
  const delivery = await deliver(webhookOf(hook), repository, event, payload)
  site.hookLog.add(hook.id, delivery, site.now())
  return delivery
}

/** `GET hooks/{id}/deliveries`: newest first; the next page by `cursor`, as the Link header names it. */
export async function listDeliveries(call: RepositoryCall): Promise<Reply> {
  mustHandleHooks(call, 'read')
  const all = call.site.hookLog.of(hookAsked(call, call.repository).id)
  const { size } = pageOf(call.url.searchParams)
  const cursor = call.url.searchParams.get('cursor')
  const from = cursor === null ? 0 : all.findIndex(({ id }) => `v1_${id}` === cursor)
  const page = all.slice(Math.max(from, 0), Math.max(from, 0) + size)
  const next = all[Math.max(from, 0) + size]
  return json(
    page.map((logged) => listed(call.repository, logged)),
    200,
    next ? { link: nextLink(call.url, `v1_${next.id}`) } : {},
  )
}

/** `GET hooks/{id}/deliveries/{id}`: what was sent, and what came back. */
export async function showDelivery(call: RepositoryCall): Promise<Reply> {
  mustHandleHooks(call, 'read')
  const { hook, logged } = deliveryAsked(call)
  const { headers, payload, response, responseHeaders } = logged.delivery
  return json({
    ...listed(call.repository, logged),
    url: hook.config.url,
    request: { headers, payload },
    response: { headers: responseHeaders, payload: response },
  })
}

/** `POST hooks/{id}/deliveries/{id}/attempts`: the same once more, to where the webhook leads now. */
export async function attemptDelivery(call: RepositoryCall): Promise<Reply> {
  mustHandleHooks(call, 'write')
  const { hook, logged } = deliveryAsked(call)
  const { site } = call
  void redeliver(webhookOf(hook), logged.delivery).then((delivery) =>
    site.hookLog.add(hook.id, delivery, site.now(), true),
  )
  return json({}, 202)
}

function deliveryAsked(call: RepositoryCall): { hook: Hook; logged: LoggedDelivery } {
  const hook = hookAsked(call, call.repository)
  const logged = call.site.hookLog.of(hook.id).find(({ id }) => String(id) === call.parameters[1])
  if (logged === undefined) throw notFound()
  return { hook, logged }
}

function listed(repository: Repository, { delivery: _, ...logged }: LoggedDelivery) {
  return { ...logged, installation_id: null, repository_id: repository.ledger.id, throttled_at: null }
}

function nextLink(url: URL, cursor: string): string {
  const there = new URL(url)
  there.searchParams.set('cursor', cursor)
  return `<${there}>; rel="next"`
}
