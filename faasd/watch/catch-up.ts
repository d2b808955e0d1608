import type { Disks } from '../../functions/build/room.ts'
import { sign } from '../../functions/shared/signature.ts'
import { type Answer, ask } from './ask.ts'

const LIMIT_MS = 10_000

/**
 * The timer's call: build takes up what was merged and is not finished, and learns what room the disks have. Past the
 * queue, so that a queue that has died costs a minute and not a merge.
 */
export function catchUp(gateway: string, payloadSecret: string, disks: Disks): Promise<Answer> {
  const body = JSON.stringify({ catch_up: true, ...(Object.keys(disks).length > 0 && { disks }) })
  const headers = { 'Content-Type': 'application/json', 'X-Hub-Signature-256': sign(payloadSecret, body) }
  return ask(`${gateway}/function/build`, { method: 'POST', headers, body, limitMs: LIMIT_MS })
}
