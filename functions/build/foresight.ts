import type { Entry } from '../shared/images.ts'
import type { Plan } from './plan.ts'
import * as statuses from './words/statuses.ts'

/** What a merge would do: its plans, or why images.json or the sources could not be used at all. */
export type Foresight = { plans: Plan[] } | { problem: string }

/** One service in a sentence: what a merge would do with it, or why it would fail. */
export function foreseen(plan: Plan): string {
  if (plan.verdict === 'build') return statuses.willBuild(named(plan.entry))
  return plan.verdict === 'unchanged'
    ? statuses.staysUnchanged(plan.entry.service_name)
    : plan.failure.message
}

function named({ service_name: name, version, type }: Entry): string {
  return type === 'AMI' ? statuses.namedWithDisk(name, version) : statuses.named(name, version)
}

/** Whether a merge would publish all services. */
export function isGood(foresight: Foresight): boolean {
  return 'plans' in foresight && foresight.plans.every(({ verdict }) => verdict !== 'refused')
}

/** All of it in at most `limit` characters, problems first and alone; what does not fit is counted. */
export function foresightLine(foresight: Foresight, limit: number): string {
  if ('problem' in foresight) return foresight.problem
  const { plans } = foresight
  const refused = plans.filter(({ verdict }) => verdict === 'refused')
  if (refused.length > 0) return listed(refused.map(foreseen), '; ', limit)
  const built = plans.flatMap(({ verdict, entry }) => (verdict === 'build' ? [named(entry)] : []))
  const unchanged = plans.filter(({ verdict }) => verdict === 'unchanged').map(foreseen)
  if (built.length === 0) return listed(unchanged, '; ', limit)
  const rest = unchanged.length === 0 ? '' : `; ${listed(unchanged, '; ', limit / 2)}`
  return statuses.willBuild(
    `${listed(built, ', ', limit - rest.length - statuses.willBuild('').length)}${rest}`,
  )
}

/** The first words that fit, at least one, and how many more there are. */
function listed(parts: string[], joint: string, limit: number): string {
  for (let count = parts.length; count > 1; count -= 1) {
    const more = parts.length - count
    const some = parts.slice(0, count).join(joint)
    const line = more > 0 ? statuses.andMore(some, more) : some
    if (line.length <= limit) return line
  }
  const [first = ''] = parts
  return parts.length > 1 ? statuses.andMore(first, parts.length - 1) : first
}
