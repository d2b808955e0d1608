import { outputOf } from './program.ts'

/** `settling`: on its way up or down, or up for less than a minute. */
export type UnitState = 'running' | 'settling' | 'failed' | 'stopped'

const SETTLED_MS = 60_000

/** The states of faasd's two services. An Error where systemd cannot be asked. */
export async function lookAtUnits(): Promise<{ faasd: UnitState; provider: UnitState }> {
  const text = await outputOf('systemctl', [
    'show',
    'faasd.service',
    'faasd-provider.service',
    '--property=Id,ActiveState,ActiveEnterTimestampMonotonic',
  ])
  // systemd counts from the same clock, in µs; its readable times have zones that nothing parses.
  const uptimeMs = Number(process.hrtime.bigint() / 1_000_000n)
  const blocks = text.trim().split(/\n\s*\n/)
  const of = (id: string) => unitState(blocks.find((block) => block.includes(`Id=${id}\n`)) ?? '', uptimeMs)
  return { faasd: of('faasd.service'), provider: of('faasd-provider.service') }
}

/** Reads one unit's properties, a line each, in any order. */
export function unitState(block: string, uptimeMs: number): UnitState {
  const property = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(block)?.[1]
  const state = property('ActiveState')
  if (state === 'active') {
    const since = Number(property('ActiveEnterTimestampMonotonic') ?? 0) / 1000
    return uptimeMs - since < SETTLED_MS ? 'settling' : 'running'
  }
  if (state === 'failed') return 'failed'
  return state === 'inactive' || state === undefined ? 'stopped' : 'settling'
}
