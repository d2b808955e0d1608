import { setTimeout as sleep } from 'node:timers/promises'
import type { Hook, HookDelivery, HooksApi, HookWish } from './hooks-api.ts'

const PATH = '/function/webhook'
const EVENTS = ['pull_request', 'push']

/** Where GitHub delivers to, by a public address. */
export function payloadUrl(address: string): string {
  return `${address}${PATH}`
}

/**
 * The webhook that leads to an address that a tunnel of ours had, or has. Nobody else ever had it, so that a webhook
 * of somebody else is never taken for ours.
 */
export function ourHook(hooks: Hook[], addresses: string[]): Hook | undefined {
  const ours = new Set(addresses.map(payloadUrl))
  return hooks.find(({ config }) => config.url !== undefined && ours.has(config.url))
}

/**
 * Makes the webhook of a repository lead to `address`: ours is changed, else one is made. Gives its id and what GitHub
 * answers about its ping: undefined if it says nothing within `deadline` ms. Rejects with a HookRefusal.
 */
export async function setUpWebhook(
  api: HooksApi,
  { address, addresses, secret }: { address: string; addresses: string[]; secret: string },
  deadline: number,
): Promise<{ id: number; ping: HookDelivery | undefined }> {
  const config = { url: payloadUrl(address), content_type: 'json', insecure_ssl: '0', secret } as const
  const wish: HookWish = { active: true, events: EVENTS, config }
  const known = ourHook(await api.list(), [address, ...addresses])
  if (known === undefined) {
    // GitHub pings a new one by itself.
    const { id } = await api.create(wish)
    return { id, ping: await pinged(api, id, new Set(), deadline) }
  }
  const { id } = known
  const before = new Set((await api.deliveries(id)).map((delivery) => delivery.id))
  await api.update(id, wish)
  await api.ping(id)
  return { id, ping: await pinged(api, id, before, deadline) }
}

async function pinged(
  api: HooksApi,
  id: number,
  before: Set<number>,
  deadline: number,
): Promise<HookDelivery | undefined> {
  const end = Date.now() + deadline
  for (;;) {
    const log = await api.deliveries(id)
    const ping = log.find((delivery) => delivery.event === 'ping' && !before.has(delivery.id))
    if (ping !== undefined || Date.now() > end) return ping
    await sleep(500)
  }
}
