import type { Engine } from '../../functions/build/engine.ts'
import { type Engines, openEngines } from '../../functions/build/engines.ts'
import { openWorks } from '../../functions/build/works.ts'

/** Engines that do only what a test needs of them, by address, or a single one; two builds at once on each. */
export function enginesOf(
  played: Record<string, Partial<Engine>>,
  around: Partial<Parameters<typeof openEngines>[1]> = {},
): Engines {
  const addresses = Object.entries(played).map(([host, engine]) => ({ host, engine: engine as Engine }))
  return openEngines(addresses, { works: openWorks(), maxBuilds: 2, uptime: () => 0, ...around })
}

/** A single one. */
export function oneEngine(engine: Partial<Engine>, maxBuilds = 2): Engines {
  return enginesOf({ 'unix:///docker.sock': engine }, { maxBuilds })
}
