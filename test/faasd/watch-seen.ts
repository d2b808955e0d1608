import { decide } from '../../faasd/watch/decide.ts'
import type { Look } from '../../faasd/watch/look.ts'
import { type Memory, NOTHING } from '../../faasd/watch/memory.ts'
import type { Inside, Seen } from '../../faasd/watch/observe.ts'

export const NOW = Date.UTC(2026, 10, 22, 20, 52, 15)
export const ago = (minutes: number) => NOW - minutes * 60_000
export const well: Look = { is: 'well' }
export const silent: Look = { is: 'silent', how: 'gives no answer within 5 s' }
export const refuses: Look = { is: 'gone', how: 'refuses connections' }
export const dead: Look = { is: 'gone', how: 'answers 500' }
export const missed = (sent?: number) => ({ is: 'missed', how: 'nothing came', sent }) as const
export const gone = (...names: string[]) => ({ core: { gone: names, running: 4 } })
export const doors = (gateway: Look, registry: Look = well): Pick<Inside, 'doors'> => ({
  doors: [
    ['the gateway', gateway],
    ['the registry', registry],
  ],
})
export const functions = (webhook: Look, build: Look = well) => ({
  functions: { webhook, build, badge: well },
})
export const RUNNING: Seen = {
  faasd: 'running',
  provider: 'running',
  openPorts: [],
  disks: [],
  ami: undefined,
  inside: undefined,
}
export const ran: Partial<Memory> = { lastRun: ago(1), queue: { answered: ago(1), sent: null, cure: null } }
export const restarted = (count: number, minutes: number) => ({ restarts: { count, last: ago(minutes) } })
export const queue = (
  cure: Memory['queue']['cure'],
  sent: number | null = null,
  answered: number | null = ago(9),
) => ({
  queue: { answered, sent, cure },
})
export const missing = (name: string) => ({ missing: { [name]: ago(1) } })

export function inside(parts: Partial<Inside> = {}, rest: Partial<Seen> = {}): Seen {
  const all: Inside = {
    ...gone(),
    ...doors(well),
    queue: { is: 'answered', status: 204 },
    ...functions(well),
    ...parts,
  }
  return { ...RUNNING, inside: all, ...rest }
}

/** The actions and notes in short: `restart faasd`, `note …`. */
export function decided(seen: Seen, memory: Partial<Memory>): string[] {
  const { actions, notes } = decide(seen, { ...NOTHING, ...ran, ...memory }, NOW)
  const words = actions.map((action) => {
    if (action.do === 'restart') return `restart ${action.unit}`
    if (action.do === 'deploy') return `deploy ${action.name}`
    if (action.do === 'confine') return `confine ${action.pid}`
    return action.do === 'move aside' ? 'move aside' : `close ${action.firewall}`
  })
  return [...words, ...notes.map((note) => `note ${note}`)]
}
