import type { Engine } from './engine.ts'
import type { State } from './state.ts'

/** The service that makes the disks of type AMI, as it comes up beside everything else. */
export type Disks = {
  /** Whether disks can be made; once it is known, it was said, and why not. */
  ready: Promise<boolean>
  /** At once, also while it is being made. */
  stop(): Promise<void>
}

/** Starts it in the background: nothing waits for it, and nothing fails with it. */
export function startDisks({
  state,
  engine,
  say,
}: {
  state: State
  engine: Engine
  say: (line: string) => void
}): Disks {
  const ending = new AbortController()
  const { signal } = ending
  const starting = import('./ami.ts').then(({ startAmi }) => startAmi({ state, engine, say, signal }))
  const ready = starting.then(
    () => {
      say('Disks can be made: services of type AMI are built, too')
      return true
    },
    (error: Error) => {
      if (!signal.aborted)
        say(`Services of type AMI have to wait, everything else works. No disks are made: ${error.message}`)
      return false
    },
  )
  return {
    ready,
    async stop() {
      ending.abort()
      const ami = await starting.catch(() => undefined)
      // What cannot be removed now is removed by the next start.
      await ami?.stop().catch(() => {})
    },
  }
}
