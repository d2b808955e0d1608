import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Disks, spaceOf } from '../functions/build/room.ts'
import { sign } from '../functions/shared/signature.ts'
import { engineFolder } from './engine-folder.ts'
import type { State } from './state.ts'

const EVERY_MS = 60_000

/** Asks build, signed, to take up what is not finished, and tells what room there is. Gives its answer's text. */
export async function catchUp(gatewayUrl: string, state: State, dockerHost?: string): Promise<string> {
  const [secret = ''] = readFileSync(join(state.secrets, 'payload-secret'), 'utf8').trim().split('\n')
  const body = JSON.stringify({ catch_up: true, disks: await disksOf(state, dockerHost) })
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': sign(secret, body) }
  const answer = await fetch(`${gatewayUrl}/function/build`, { method: 'POST', body, headers })
  return answer.text()
}

async function disksOf(state: State, dockerHost?: string): Promise<Disks> {
  const [folder] = await engineFolder(dockerHost)
  const engine = folder === undefined ? undefined : spaceOf(folder)
  const registry = spaceOf(state.registry)
  return { ...(engine && { engine }), ...(registry && { registry }) }
}

/** The timer: every minute, past the queue, so that a queue that has died costs a minute and not a merge. */
export function catchUpEveryMinute(gatewayUrl: string, state: State, dockerHost: string): { stop(): void } {
  // A call that fails is followed by the next one; build's own log says why.
  const timer = setInterval(() => catchUp(gatewayUrl, state, dockerHost).catch(() => {}), EVERY_MS)
  return { stop: () => clearInterval(timer) }
}
