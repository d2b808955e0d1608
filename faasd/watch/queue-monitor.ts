import { join } from 'node:path'
import { readIfThere } from '../../registry/private-file.ts'
import { ask } from './ask.ts'

const LIMIT_MS = 3_000
const CHANNEL = '/streaming/channelsz?channel=faas-request&subs=1'

type Channel = { subscriptions?: { last_sent?: number }[] }

/**
 * The number of the last message that NATS Streaming gave to the queue-worker; undefined where that cannot be
 * known. It moves while a long queue is worked off, and stands still when the worker is dead.
 * https://docs.nats.io/legacy/stan/intro/monitoring/endpoints
 */
export async function lastSent(faasd: string): Promise<number | undefined> {
  // faasd writes the address of each core service into its hosts file, anew at each start.
  const hosts = readIfThere(join(faasd, 'hosts')) ?? ''
  const address = /^(\S+)\s+nats\s*$/m.exec(hosts)?.[1]
  return address === undefined ? undefined : lastSentBy(`http://${address}:8222`)
}

/** The same, asked of one server. */
export async function lastSentBy(monitor: string): Promise<number | undefined> {
  try {
    const { status, body } = await ask(`${monitor}${CHANNEL}`, { limitMs: LIMIT_MS })
    if (status !== 200) return undefined
    const { subscriptions = [] } = JSON.parse(body) as Channel
    return Math.max(0, ...subscriptions.map(({ last_sent }) => last_sent ?? 0))
  } catch {
    return undefined
  }
}
