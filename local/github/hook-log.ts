import { randomInt } from 'node:crypto'
import type { Delivery } from './delivery.ts'
import { instant } from './instant.ts'

/** One attempt to deliver to a webhook of the API, as its log keeps it; the keys are GitHub's. */
export type LoggedDelivery = {
  id: number
  guid: string
  delivered_at: string
  redelivery: boolean
  /** Seconds. */
  duration: number
  status: string
  status_code: number
  event: string
  action: string | null
  delivery: Delivery
}

export type HookLog = {
  add: (hook: number, delivery: Delivery, at: Date, redelivery?: boolean) => void
  /** Newest first. */
  of: (hook: number) => LoggedDelivery[]
}

const KEPT = 200

/** The delivery logs of all webhooks, in memory. */
export function createHookLog(): HookLog {
  const logs = new Map<number, LoggedDelivery[]>()
  let next = randomInt(1_000_000, 2_000_000)
  const of = (hook: number) => logs.get(hook) ?? []
  return {
    of,
    add: (hook, delivery, at, redelivery = false) => {
      next += 1
      logs.set(hook, [logged(next, delivery, at, redelivery), ...of(hook)].slice(0, KEPT))
    },
  }
}

function logged(id: number, delivery: Delivery, at: Date, redelivery: boolean): LoggedDelivery {
  const payload = delivery.payload as { action?: string }
  return {
    id,
    guid: delivery.id,
    delivered_at: instant(at),
    redelivery,
    duration: delivery.ms / 1000,
    ...outcome(delivery),
    event: delivery.event,
    action: payload.action ?? null,
    delivery,
  }
}

// https://docs.github.com/webhooks/testing-and-troubleshooting-webhooks/troubleshooting-webhooks
function outcome({ status, response }: Delivery): { status: string; status_code: number } {
  if (status === undefined) {
    return response === 'timed out'
      ? { status: 'timed out', status_code: 504 }
      : { status: 'failed to connect to host', status_code: 502 }
  }
  return { status: status < 300 ? 'OK' : `Invalid HTTP Response: ${status}`, status_code: status }
}
