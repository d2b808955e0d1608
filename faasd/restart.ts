import { setTimeout as sleep } from 'node:timers/promises'
import { run } from './command.ts'

/** Restarts a service of the box; where systemd cannot, the Error says what the operator does instead. */
export async function restart(unit: 'faasd' | 'faasd-provider'): Promise<void> {
  try {
    await run('systemctl', ['restart', unit])
  } catch (error) {
    throw new Error(
      `${unit} must be restarted now, and systemd does not do it. Restart it by hand, then run this again: ` +
        `it goes on from here.\n${(error as Error).message}`,
    )
  }
}

/** Polls until `look` gives undefined; an Error with its last sentence after `seconds`. */
export async function settled(seconds: number, look: () => Promise<string | undefined>): Promise<void> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const missing = await look()
    if (missing === undefined) return
    if (Date.now() > end) throw new Error(`${missing} (waited ${seconds} s)`)
    await sleep(250)
  }
}
