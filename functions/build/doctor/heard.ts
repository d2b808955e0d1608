/** What has reached this process from outside, for the doctor: the timer's calls, and words sent through the queue. */
export type Heard = ReturnType<typeof openHeard>

/** `uptime` in ms, by a clock that only goes on. */
export function openHeard(uptime: () => number) {
  const since = uptime()
  const awaited = new Map<string, () => void>()
  let catchUp: number | undefined
  return {
    catchUp(): void {
      catchUp = uptime()
    },
    /** ms since the last catch-up that somebody called, undefined if nobody has; and how long this one listens. */
    timer: (): { calledMs: number | undefined; listeningMs: number } => ({
      calledMs: catchUp === undefined ? undefined : uptime() - catchUp,
      listeningMs: uptime() - since,
    }),
    /** Resolves when the word arrives; one that nobody awaits is forgotten. */
    async word(nonce: string, signal: AbortSignal, send: () => Promise<void>): Promise<void> {
      try {
        const arrived = new Promise<void>((resolve, reject) => {
          awaited.set(nonce, resolve)
          signal.addEventListener('abort', () => reject(signal.reason as Error))
        })
        arrived.catch(() => {})
        await send()
        await arrived
      } finally {
        awaited.delete(nonce)
      }
    },
    hear: (nonce: string): void => awaited.get(nonce)?.(),
  }
}
