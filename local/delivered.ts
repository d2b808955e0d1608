import type { Merge } from './github/server.ts'

/** A merge whose delivery the webhook has answered. */
export type Delivered = { repository: string; sha: string; answer: string }

/** A merge that the webhook has taken; an Error says what it answered instead. */
export function delivered(repository: string, { sha, deliveries }: Merge): Delivered {
  const delivery = deliveries.find(({ event }) => event === 'pull_request')
  if (delivery?.status !== 202 && delivery?.status !== 200)
    throw new Error(`The webhook answered ${delivery?.status ?? 'nothing'}: ${delivery?.response ?? ''}`)
  return { repository, sha, answer: delivery.response.trim() }
}
