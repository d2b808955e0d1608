import type { Action } from './action.ts'
import { whatToClose } from './close.ts'
import type { Memory } from './memory.ts'
import type { Inside, Seen } from './observe.ts'
import type { RoundTrip } from './round-trip.ts'
import { since } from './since.ts'

/** `notes` are for a person, where there is nothing to do for the watcher. */
export type Decision = { actions: Action[]; notes: string[]; memory: Memory }

type Draft = { actions: Action[]; notes: Map<string, string>; memory: Memory; now: number }
type Missed = Extract<RoundTrip, { is: 'missed' }>

const MINUTE = 60_000
/** Two looks in a row are a minute apart; a second run by hand proves nothing. */
const TWO_LOOKS = 45_000
const RESTART_PAUSE = 5 * MINUTE
const LONGEST_PAUSE = 30 * MINUTE
const DEPLOY_PAUSE = 2 * MINUTE
const SAID_AGAIN = 60 * MINUTE
/** What faasd itself or artefacto put into the compose file: without them nothing works. */
const OURS = /^(?:gateway|nats|queue-worker|prometheus|artefacto-.+)$/

/** What to do about what was seen, and what to remember of it. Pure: the same input gives the same decision. */
export function decide(seen: Seen, before: Memory, now: number): Decision {
  const memory = { ...structuredClone(before), lastRun: now }
  // "In a row" ends where the watcher itself was away.
  if (since(before.lastRun, now) > 5 * MINUTE) memory.missing = {}
  const draft: Draft = { actions: [], notes: new Map(), memory, now }
  for (const { key, note, action } of whatToClose(seen))
    if (note !== undefined) draft.notes.set(key, note)
    else draft.actions.push(action)
  for (const { path, how } of seen.disks) draft.notes.set(`disk ${path}`, `the disk of ${path} ${how}`)
  if (seen.inside) lookedInside(draft, seen.inside)
  else unitsDown(draft, seen)
  const troubles = draft.actions.length + draft.notes.size + Object.keys(memory.missing).length
  if (seen.inside && troubles === 0) memory.lastWell = now
  return { actions: draft.actions, notes: notSaidLately(draft), memory }
}

function unitsDown(draft: Draft, { faasd, provider }: Seen): void {
  const { notes, memory, now } = draft
  memory.missing = {}
  const cutOff = faasd === 'stopped' && memory.moving
  if (cutOff) moveAside(draft, 'the last run was cut off')
  for (const [unit, state] of [['faasd-provider', provider] as const, ['faasd', faasd] as const]) {
    if (state === 'failed') restart(draft, unit, `${unit} has failed`)
    if (state === 'stopped' && !cutOff)
      notes.set(unit, `${unit} is stopped, and left so: systemctl start ${unit}`)
  }
  if (faasd !== 'settling' && provider !== 'settling') return
  memory.unsettled ??= now
  if (since(memory.unsettled, now) > 5 * MINUTE)
    notes.set('unsettled', 'faasd does not come up: journalctl -u faasd -u faasd-provider -n 50')
}

function lookedInside(draft: Draft, { core, doors, queue, functions }: Inside): void {
  const { memory, notes } = draft
  memory.moving = false
  memory.unsettled = null
  // On its way up faasd first pulls what images it lacks.
  const pulling = missedFor(draft, 'every core service', 'gone' in core && core.running === 0)
  if (pulling !== undefined && pulling < 4 * MINUTE) return
  const gone = 'gone' in core ? core.gone : []
  if ('unknown' in core) notes.set('core', `the core services cannot be looked at: ${core.unknown}`)
  const faults = [...goneFaults(draft, gone), ...doorFaults(draft, doors)]
  const dead = queueFault(draft, queue, gone)
  if (dead) faults.push(dead)
  if (faults.length > 0) cure(draft, faults.join(', '), dead !== undefined || queueGone(gone))
  else functionFaults(draft, functions)
  if (faults.length + gone.length === 0 && queue.is === 'answered') memory.restarts.count = 0
}

/** Somebody's own service that one restart did not bring back is theirs, and may be meant to end. */
function goneFaults({ memory, notes }: Draft, gone: string[]): string[] {
  const hopeless = gone.filter((name) => !OURS.test(name) && memory.restarts.count > 0)
  for (const name of hopeless) notes.set(name, `${name} is not running, and restarting faasd did not help it`)
  return gone.filter((name) => !hopeless.includes(name)).map((name) => `${name} is not running`)
}

function doorFaults(draft: Draft, doors: Inside['doors']): string[] {
  const faults: string[] = []
  for (const [name, look] of doors) {
    if (look.is === 'odd') draft.notes.set(name, `${name} ${look.how}`)
    const away = look.is === 'gone' || look.is === 'silent'
    const twice = (missedFor(draft, name, away) ?? 0) >= TWO_LOOKS
    if (look.is === 'gone' || (look.is === 'silent' && twice)) faults.push(`${name} ${look.how}`)
  }
  return faults
}

/** Why the queue is dead, if that is certain. */
function queueFault(draft: Draft, queue: RoundTrip, gone: string[]): string | undefined {
  const { memory, notes, now } = draft
  const twice = (missedFor(draft, 'the queue', queue.is === 'missed') ?? 0) >= TWO_LOOKS
  if (queue.is === 'unknown') notes.set('queue', `the queue cannot be tried: ${queue.how}`)
  if (queue.is === 'answered') {
    memory.queue = { answered: now, sent: null, cure: null }
    if (queue.status === 401) notes.set('hint', 'badge refuses our signature: its payload-secret is another')
  }
  if (queue.is !== 'missed' || queueGone(gone)) return undefined
  const before = memory.queue.sent
  memory.queue.sent = queue.sent ?? null
  return twice ? deadQueue(draft, queue, before) : undefined
}

/** Two misses are a dead queue, unless NATS delivers all the same or no callback has ever found its way here. */
function deadQueue(draft: Draft, { how, sent }: Missed, before: number | null): string | undefined {
  const compared = sent !== undefined && before !== null
  const dead = compared ? sent === before : draft.memory.queue.answered !== null
  if (dead) return `the queue is dead: ${how}`
  const why = compared ? 'it is long, or' : 'no callback has ever come here: perhaps'
  draft.notes.set('queue', `${how}; ${why} a firewall keeps 10.62.0.0/16 from this host`)
  return undefined
}

/** The queue's services are gone and others are not: what is in the queue may be what kills them. */
function queueGone(gone: string[]): boolean {
  return (gone.includes('queue-worker') || gone.includes('nats')) && !gone.includes('prometheus')
}

function functionFaults({ actions, notes, memory, now }: Draft, functions: Inside['functions']): void {
  // Behind a slow gateway all functions seem dead; without the registry a deploy ends in no function at all.
  if ('the gateway' in memory.missing || 'the registry' in memory.missing) return
  for (const [name, look] of Object.entries(functions)) {
    if (look.is === 'well') continue
    const fault = `the function ${name} ${look.how}`
    if (look.is !== 'gone') notes.set(name, fault)
    else if (since(memory.deploys[name], now) < DEPLOY_PAUSE)
      notes.set(name, `${fault}; it was just deployed`)
    else {
      memory.deploys[name] = now
      actions.push({ do: 'deploy', name, say: `${fault}: deploying it again` })
    }
  }
}

/** A restart cures all but a message that kills whoever takes it: that one comes again, before all others. */
function cure(draft: Draft, why: string, queue: boolean): void {
  const state = draft.memory.queue
  if (queue && state.cure === 'restarted') moveAside(draft, `${why}; a restart of faasd has not cured it`)
  else if (restart(draft, 'faasd', why) && queue) state.cure ??= 'restarted'
}

function restart(draft: Draft, unit: 'faasd' | 'faasd-provider', why: string): boolean {
  const may = mayRestart(draft, why)
  if (may) draft.actions.push({ do: 'restart', unit, say: `${why}: restarting ${unit}` })
  return may
}

function moveAside(draft: Draft, why: string): void {
  const { memory, actions, now } = draft
  if (!memory.moving && !mayRestart(draft, why)) return
  memory.moving = true
  memory.queue.cure = 'moved'
  const to = `nats.poisoned-${new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')}`
  const say = `${why}: stopping faasd, moving the queue's store nats to ${to} beside it, starting faasd`
  actions.push({ do: 'move aside', to, say })
}

/** Restarts are 5 minutes apart, and further each time that one has not helped. */
function mayRestart({ memory, notes, now }: Draft, why: string): boolean {
  const { count, last } = memory.restarts
  const pause = Math.min(RESTART_PAUSE * 2 ** Math.max(0, count - 1), LONGEST_PAUSE)
  if (since(last, now) < pause) {
    const again = new Date((last ?? now) + pause).toISOString().slice(11, 16)
    notes.set('waiting', `${why}; faasd was restarted lately, and is not again before ${again} UTC`)
    return false
  }
  memory.restarts = { count: count + 1, last: now }
  memory.missing = {}
  memory.queue.sent = null
  return true
}

/** For how long a part has been missed, in ms; undefined where it is not. */
function missedFor({ memory, now }: Draft, name: string, missed: boolean): number | undefined {
  const first = Math.min(memory.missing[name] ?? now, now)
  delete memory.missing[name]
  if (!missed) return undefined
  memory.missing[name] = first
  return now - first
}

/** A note that stands is said once an hour. */
function notSaidLately({ notes, memory, now }: Draft): string[] {
  const due = [...notes].filter(([key]) => since(memory.said[key], now) >= SAID_AGAIN)
  const again = new Map(due.map(([key]) => [key, now]))
  memory.said = Object.fromEntries(
    [...notes.keys()].map((key) => [key, again.get(key) ?? memory.said[key] ?? now]),
  )
  return due.map(([, text]) => text)
}
