import { setTimeout as sleep } from 'node:timers/promises'

const DEADLINE_MS = 30_000

/** Waits until `GET /healthz` of the gateway answers 200: every function listens. */
export async function ready(gatewayUrl: string): Promise<void> {
  const end = Date.now() + DEADLINE_MS
  for (;;) {
    const answer = await fetch(`${gatewayUrl}/healthz`).catch(() => undefined)
    if (answer?.ok) return
    if (Date.now() > end)
      throw new Error(
        `The functions do not answer (GET ${gatewayUrl}/healthz). See functions.log in the state folder`,
      )
    await sleep(20)
  }
}
