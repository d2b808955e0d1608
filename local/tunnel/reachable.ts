import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_MS = 5_000

/**
 * Waits until `GET /healthz` of a public address answers 200; after `deadline` ms it gives the last reason why not,
 * in words. A new name may take seconds to be known.
 */
export async function reachable(address: string, deadline: number): Promise<string | undefined> {
  const end = Date.now() + deadline
  for (;;) {
    const reason = await unreachable(address)
    if (reason === undefined || Date.now() > end) return reason
    // A name that is asked for too early may be remembered as unknown: no hurry.
    await sleep(1_000)
  }
}

/** Why `GET /healthz` of an address does not answer 200. */
async function unreachable(address: string): Promise<string | undefined> {
  try {
    const answer = await fetch(`${address}/healthz`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(LOOK_MS),
    })
    await answer.body?.cancel()
    return answer.status === 200 ? undefined : `it answers ${answer.status}`
  } catch (error) {
    const { message, cause } = error as Error
    return cause instanceof Error ? cause.message : message
  }
}
