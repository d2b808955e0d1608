import { type Delivery, deliver, type Webhook } from './delivery.ts'
import { hears } from './hook.ts'
import { deliverToHook } from './hook-deliveries.ts'
import type { Move } from './merge.ts'
import { pullRequestClosed, pushed } from './payloads.ts'
import type { Pull } from './pull.ts'
import type { Repository } from './repository.ts'
import type { Site } from './site.ts'

export type Event = 'pull_request' | 'push'
export type Announcement = { repository: Repository; move: Move; pull?: Pull; events: Event[] }

/** Delivers what happened, `push` first, to the webhook of this GitHub and to those of the API that hear of it. */
export async function announce(
  site: Pick<Site, 'api' | 'hookLog' | 'now'>,
  webhook: Webhook | undefined,
  { repository, move, pull, events }: Announcement,
): Promise<Delivery[]> {
  const deliveries: Delivery[] = []
  const tell = async (event: Event, payload: unknown) => {
    if (webhook) deliveries.push(await deliver(webhook, repository, event, payload))
    for (const hook of repository.ledger.hooks.filter((hook) => hears(hook, event))) {
      deliveries.push(await deliverToHook(site, repository, hook, event, payload))
    }
  }
  if (events.includes('push')) await tell('push', await pushed(site.api, repository, move))
  if (pull && events.includes('pull_request')) {
    await tell('pull_request', pullRequestClosed(site.api, repository, pull))
  }
  return deliveries
}

/** Which events a caller wants delivered; both when nothing is said. */
export function eventsOf(wanted: boolean | Event[] = true): Event[] {
  if (Array.isArray(wanted)) return wanted
  return wanted ? ['push', 'pull_request'] : []
}
