import { setTimeout as sleep } from 'node:timers/promises'
import { catchUp } from '../local/catch-up.ts'
import { makesDisk } from './disk-plan.ts'
import { harmsOf, inflict, type Part } from './harm.ts'
import type { Made, Memory } from './judge.ts'
import type { Lane } from './lane.ts'
import { leftBehind } from './left-behind.ts'
import { memoryOf } from './memory.ts'
import { make } from './merger.ts'
import type { Options } from './options.ts'
import { MERGING, type Pace, paceOf } from './pace.ts'
import type { Step } from './plan.ts'
import { followProgress, type Progress, recordOf } from './progress.ts'
import type { RegistryView } from './registry-view.ts'
import { FUNCTIONS, type World } from './world.ts'

/**
 * More merges are made only while fewer than this are being built: what waits for a slot counts an interruption, too,
 * when build is killed, and the fifth gives up.
 */
const WORKING_LIMIT = 6
/** After this the judge says what has not ended, in s: a merge in error rests longer with each attempt. */
const PATIENCE_S = 20 * 60
/** Build itself answers but one catch-up a minute with work. */
const CATCH_UP_EVERY_MS = 5_000

/** What is soaked; `ids`: GitHub's numbers; `disked` takes every `service:version` that is promised with a disk. */
export type Plan = { lanes: Lane[]; ids: Map<string, number>; disked: Set<string> }

/** What a soak has done, for the judge. */
export type Done = { made: Made[]; kills: Partial<Record<Part, number>>; memory: Memory[]; left: string[] }

/** What every part of a soak looks at. */
type Running = { world: World; progress: Progress; made: Made[]; disked: Set<string> }

/** Merges, harms, convergence, and the same merges as in the beginning, for the memory. */
export async function soak(
  world: World,
  registry: RegistryView,
  { lanes, ids, disked }: Plan,
  { seed, merges = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY }: Options,
): Promise<Done> {
  let began = 0
  let over = false
  const made: Made[] = []
  const progress = followProgress(registry, made, ids)
  const running: Running = { world, progress, made, disked }
  const pace = paceOf(seconds)
  const patience = Math.min(PATIENCE_S, seconds * 1.2)
  const elapsed = () => (Date.now() - began) / 1000
  // One more for each repository comes in the end.
  const enough = () => made.filter(({ kind }) => kind !== 'no merge').length >= merges - lanes.length
  const until = (share: number) => () => !over && !enough() && elapsed() < seconds * share
  try {
    const start = await batch(running, lanes, patience)
    began = Date.now()
    const [kills] = await Promise.all([
      harm(running, seed, until(MERGING), until(pace.breaking)),
      ...lanes.map((lane) => merging(running, lane, pace, until(MERGING))),
    ])
    console.log(`${made.length} merges made within ${Math.round(elapsed())} s, all parts are there again`)
    await converged(world, progress, patience)
    console.log(
      `${progress.open().length} have not ended after ${Math.round(elapsed())} s; one more each for the memory`,
    )
    for (const name of FUNCTIONS) await world.gateway.restart(name)
    await world.registry.kill()
    await world.registry.start()
    await world.ami?.kill()
    await world.ami?.start()
    const end = await batch(running, lanes, patience)
    const memory = [...start].map(([part, startMb]) => ({ part, startMb, endMb: end.get(part) ?? 0 }))
    return { made, kills, memory, left: await left(world, registry, ids, made) }
  } finally {
    over = true
    await progress.stop()
  }
}

/** One good merge a repository, and the memory after them. */
async function batch(running: Running, lanes: Lane[], patience: number) {
  for (const lane of lanes) {
    let step = lane.steps.next().value
    while (step.kind !== 'raised' || (lane.disks && !makesDisk(step))) step = lane.steps.next().value
    await merge(running, lane, { ...step, way: 'merge', told: 'both' })
  }
  await converged(running.world, running.progress, patience)
  return memoryOf(running.world)
}

async function merging(running: Running, lane: Lane, pace: Pace, more: () => boolean): Promise<void> {
  const { progress, made } = running
  const { steps, disks } = lane
  let left = pace.disks
  for (let step = steps.next().value; more(); step = steps.next().value) {
    if (disks && makesDisk(step)) left -= 1
    if (left < 0) return
    const others = made.length + (disks ? pace.apart : 0)
    await sleep(step.pause)
    while (more() && (progress.working() >= WORKING_LIMIT || progress.open().length >= pace.open))
      await sleep(100)
    while (more() && made.length < others) await sleep(100)
    if (more()) await merge(running, lane, step)
  }
}

async function merge({ world, made, disked }: Running, { repository }: Lane, step: Step): Promise<void> {
  for (const { name, version, disk } of step.services) if (disk) disked.add(`${name}:${version}`)
  made.push(await make(world, repository, step))
}

/** Harms one part after the other; those that break off what rests a minute only while `breaking`. */
async function harm(
  { world, progress }: Running,
  seed: string,
  more: () => boolean,
  breaking: () => boolean,
): Promise<Done['kills']> {
  const kills: Done['kills'] = {}
  for (const { part, ...harmed } of harmsOf(seed)) {
    await sleep(harmed.wait)
    if (!more()) break
    const instead = insteadOf(part, progress, breaking)
    const fault =
      instead === 'github' ? JSON.stringify({ ...harmed.fault, match: `${harmed.fault.match}` }) : ''
    world.log(`soak: ${new Date().toISOString()} ${instead} for ${harmed.lasts} ms ${fault}`)
    if (await inflict(world, { ...harmed, part: instead })) kills[instead] = (kills[instead] ?? 0) + 1
  }
  return kills
}

function insteadOf(part: Part, progress: Progress, breaking: () => boolean): Part {
  const breaks = ['engine', 'registry', 'ami', 'github'].includes(part)
  const chosen = breaks && !breaking() ? 'build' : part
  return progress.tired() && (chosen === 'build' || chosen === 'gateway') ? 'badge' : chosen
}

/** Waits until every merge has ended, or patience has. */
async function converged(world: World, progress: Progress, patience: number): Promise<void> {
  const end = Date.now() + patience * 1000
  for (let next = 0; progress.open().length > 0 && Date.now() < end; await sleep(200)) {
    if (Date.now() < next) continue
    next = Date.now() + CATCH_UP_EVERY_MS
    await catchUp(world.url, world.state).catch(() => {})
  }
}

/** What a sweep takes away it takes with the next catch-up; an ordinary push has a record until GitHub is asked. */
async function left(world: World, registry: RegistryView, ids: Map<string, number>, made: Made[]) {
  const pushes = made.filter(({ kind }) => kind === 'no merge')
  const end = Date.now() + 70_000
  for (;;) {
    const found = await leftBehind(world, registry, [...ids.keys()])
    for (const { repository, sha } of pushes)
      if (await recordOf(registry, ids.get(repository) as number, sha))
        found.push(`record of the push ${sha}`)
    if (found.length === 0 || Date.now() > end) return found
    await catchUp(world.url, world.state).catch(() => {})
    await sleep(1_000)
  }
}
