import { type Delivery, deliver, type Webhook } from './delivery.ts'
import type { Move } from './merge.ts'
import { pullRequestClosed, pushed } from './payloads.ts'
import type { Pull } from './pull.ts'
import type { Repository } from './repository.ts'

export type Event = 'pull_request' | 'push'
export type Announcement = { repository: Repository; move: Move; pull?: Pull; events: Event[] }

/** Delivers what happened, `push` first; nothing without a webhook. */
export async function announce(
  api: string,
  webhook: Webhook | undefined,
  { repository, move, pull, events }: Announcement,
): Promise<Delivery[]> {
  const deliveries: Delivery[] = []
  if (webhook && events.includes('push')) {
    deliveries.push(await deliver(webhook, repository, 'push', await pushed(api, repository, move)))
  }
  if (webhook && pull && events.includes('pull_request')) {
    const payload = pullRequestClosed(api, repository, pull)
    deliveries.push(await deliver(webhook, repository, 'pull_request', payload))
  }
  return deliveries
}

/** Which events a caller wants delivered; both when nothing is said. */
export function eventsOf(wanted: boolean | Event[] = true): Event[] {
  if (Array.isArray(wanted)) return wanted
  return wanted ? ['push', 'pull_request'] : []
}
