import { setTimeout as sleep } from 'node:timers/promises'
import { sign } from '../../functions/shared/signature.ts'
import { type Answer, ask, whyNoAnswer } from './ask.ts'
import { catchUp } from './catch-up.ts'
import type { Look } from './look.ts'
import type { Places } from './places.ts'
import { roomOf } from './room.ts'
import { NOBODY } from './round-trip.ts'

const TRIES = 3
const PAUSE_MS = 1_000
const LIMIT_MS = 10_000

/** Whether each function answers what only it can answer. Asking build is the catch-up itself. */
export async function lookAtFunctions(places: Places): Promise<Record<string, Look>> {
  const { gateway } = places.box
  const disks = await roomOf(places.box)
  const body = '{"zen":"the watcher looks"}'
  const signature = sign(places.webhookSecret, body)
  const headers = {
    'Content-Type': 'application/json',
    'X-GitHub-Event': 'ping',
    'X-Hub-Signature-256': signature,
  }
  const ping = { method: 'POST', headers, body, limitMs: LIMIT_MS }
  const [webhook, build, badge] = await Promise.all([
    lookAtFunction(() => ask(`${gateway}/function/webhook`, ping), [200]),
    lookAtFunction(() => catchUp(gateway, places.payloadSecret, disks), [200, 202, 429]),
    lookAtFunction(() => ask(`${gateway}/function/badge/${NOBODY}.svg`, { limitMs: LIMIT_MS }), [200]),
  ])
  return { webhook, build, badge }
}

/** A cold start gives a few 500: what looks dead is asked three times, a second apart. */
export async function lookAtFunction(call: () => Promise<Answer>, well: number[]): Promise<Look> {
  for (let tries = 1; ; tries++) {
    try {
      const look = judge(await call(), well)
      if (look.is !== 'gone' || tries === TRIES) return look
    } catch (error) {
      return { is: 'odd', how: whyNoAnswer(error, LIMIT_MS) }
    }
    await sleep(PAUSE_MS)
  }
}

/**
 * Dead is what the gateway or the watchdog says in the function's place: 404 without a function, 500 for ever after
 * an exit with 0. Our functions' own failures are JSON, and a redeploy would end the builds that are going on.
 */
function judge({ status, body }: Answer, well: number[]): Look {
  if (well.includes(status)) return { is: 'well' }
  const message = ownMessage(body)
  if (message === undefined && (status === 404 || status === 500))
    return { is: 'gone', how: `answers ${status}${status === 404 ? ', as if it were not deployed' : ''}` }
  if (status === 401)
    return { is: 'odd', how: 'refuses our signature: its secret is not the one in the state folder' }
  return { is: 'odd', how: `answers ${status}${message ? ` (${message})` : ''}` }
}

function ownMessage(body: string): string | undefined {
  try {
    const { error, message } = JSON.parse(body) as { error?: unknown; message?: unknown }
    return typeof error === 'string' ? String(message ?? error) : undefined
  } catch {
    return undefined
  }
}
