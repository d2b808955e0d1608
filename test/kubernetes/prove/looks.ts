import type { Kubectl } from '../../../kubernetes/kubectl.ts'
import { images, name, service } from '../../support/shop.ts'
import { FAULTS, type Surroundings, struck } from './faults.ts'
import type { Played } from './functions.ts'
import { inEngine, reachOf } from './reach.ts'
import { row, seconds } from './row.ts'

/** A merge from its delivery to its badge. */
export async function lookAtMerge(world: Played): Promise<void> {
  const web = name('web')
  const files = { ...images({ [web]: '1.0.0' }), ...service(web, 'one') }
  const [{ state }, merged] = await seconds(() => world.merge(files))
  const { message } = await world.badge(web, '1.0.0')
  row('a merge, delivered through the front: built in a pod, pushed', `${state}, badge ${message}, ${merged}`)
}

/** What builds reach, with the rules of the init container and without them; then the engines have them again. */
export async function lookAtReach(kubectl: Kubectl, engine: string, secrets: string): Promise<void> {
  const closed = await reachOf(kubectl, engine, secrets)
  await inEngine(kubectl, 0, 'iptables --flush CLOSED; iptables --flush INPUT')
  const open = await reachOf(kubectl, engine, secrets)
  const said = (reach?: { run: boolean; add: boolean }) =>
    `RUN ${reach?.run ? 'reached' : 'closed'}, ADD ${reach?.add ? 'reached' : 'closed'}`
  for (const [place, reach] of closed)
    row(place, `${said(reach)}; without the rules ${said(open.get(place))}`)
  const engines = ['--namespace', 'artefacto-engine', 'rollout']
  await kubectl([...engines, 'restart', 'statefulset/engine'])
  await kubectl([...engines, 'status', 'statefulset/engine'])
}

/** Everything that may happen in the middle of a merge; an Error where one is lost. */
export async function lookAtFaults(around: Surroundings): Promise<void> {
  for (const [number, fault] of FAULTS.entries()) {
    const { record, seconds, message } = await struck(fault, number, around)
    const { state, attempt, reason } = record
    if (state !== 'built') throw new Error(`${fault.title}: ${state}: ${reason}`)
    row(fault.title, `${state} in attempt ${attempt} after ${seconds.toFixed(1)} s, badge ${message}`)
  }
}

/** Whether the CronJob's newest jobs succeeded. */
export async function lookAtTimer(kubectl: Kubectl): Promise<void> {
  const succeeded = ['--output', 'jsonpath={.items[*].status.succeeded}']
  const jobs = await kubectl(['--namespace', 'artefacto', 'get', 'jobs', ...succeeded])
  row("the timer's jobs that have succeeded (the newest is kept)", jobs || 'none')
}
