import type { Check } from '../../shared/check.ts'
import { json, type Reply } from '../../shared/http.ts'
import type { Workshop } from '../workshop.ts'
import { openHeard } from './heard.ts'

/** What receive.ts needs for the doctor: what was heard, and the examination itself, one at a time for all callers. */
export function doctor(shop: Workshop) {
  const heard = openHeard(shop.uptime)
  let running: Promise<Check[]> | undefined

  async function examined(): Promise<Check[]> {
    // Loaded at first use: nothing of it is needed for a merge.
    const { examine } = await import('./examine.ts')
    running ??= examine(shop, heard).finally(() => {
      running = undefined
    })
    return running
  }

  function hear(nonce: string): Reply {
    heard.hear(nonce)
    return json(200, { doctor: 'heard' })
  }
  return { examined, heard: { catchUp: heard.catchUp, reply: hear } }
}
