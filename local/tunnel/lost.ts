import { setTimeout as sleep } from 'node:timers/promises'

const IN_A_ROW = 3
const ANSWER_MS = 10_000

/**
 * Looks every `pause` ms whether the tunnel's edge still knows the tunnel, and calls `lost` when it has not for three
 * looks. After a laptop's sleep the edge may have forgotten a tunnel whose program goes on trying for ever. That nobody
 * answers at all is no sign: then it is we who are cut off, and the program finds its way back by itself.
 */
export async function watchForLoss(
  address: () => string,
  pause: number,
  stopped: AbortSignal,
  lost: () => Promise<void>,
): Promise<void> {
  for (let unknown = 0; !stopped.aborted; ) {
    await sleep(pause, undefined, { signal: stopped, ref: false }).catch(() => {})
    if (stopped.aborted) return
    unknown = (await isUnknown(address(), stopped)) ? unknown + 1 : 0
    if (unknown < IN_A_ROW) continue
    unknown = 0
    await lost()
  }
}

// Cloudflare answers 530 (its error 1033) for a tunnel that it does not have, ngrok names its error in a header.
async function isUnknown(address: string, stopped: AbortSignal): Promise<boolean> {
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(ANSWER_MS)])
  try {
    const answer = await fetch(`${address}/healthz`, { signal })
    await answer.body?.cancel()
    return answer.status === 530 || answer.headers.has('ngrok-error-code')
  } catch {
    return false
  }
}
