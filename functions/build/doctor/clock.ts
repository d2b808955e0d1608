import { type Check, ok, skipped, warning } from '../../shared/check.ts'
import { JSON_TYPE } from '../github-call.ts'
import * as words from '../words/doctor.ts'
import type { Workshop } from '../workshop.ts'
import type { Look } from './examine.ts'
import { registryFace } from './registry-face.ts'

const LARGEST_MS = 60_000

type Seen = { who: string; theirs: number; ours: number }

/** Compares our clock with those of GitHub and the registry. */
export const checkClock: Look = async (shop, signal) => {
  const dates = [
    look(shop, words.gitHub, () => githubDate(shop, signal)),
    look(shop, words.theRegistry, async () => (await registryFace(shop, signal)).date),
  ]
  return judgeClock((await Promise.all(dates)).filter((seen) => seen !== undefined))
}

/** A warning where a clock is over a minute away from ours; certificates and signatures in time need it right. */
export function judgeClock(seen: Seen[]): Check {
  const [first] = seen
  if (first === undefined) return skipped('clock', words.noClock)
  const off = seen.find(({ theirs, ours }) => Math.abs(ours - theirs) > LARGEST_MS)
  if (off === undefined) return ok('clock', words.clockGood(seen.map(({ who }) => who).reduce(words.both)))
  const seconds = Math.round((off.ours - off.theirs) / 1000)
  const says = seconds > 0 ? words.clockAhead(seconds, off.who) : words.clockBehind(-seconds, off.who)
  return warning('clock', 'clock_off', says)
}

async function look(
  { now }: Workshop,
  who: string,
  dateOf: () => Promise<string | undefined>,
): Promise<Seen | undefined> {
  const theirs = Date.parse((await dateOf().catch(() => undefined)) ?? '')
  return Number.isNaN(theirs) ? undefined : { who, theirs, ours: now() }
}

async function githubDate({ access }: Workshop, signal: AbortSignal): Promise<string | undefined> {
  // Costs none of the rate: https://docs.github.com/rest/rate-limit/rate-limit
  const { headers } = await access.call('/rate_limit', { accept: JSON_TYPE, signal })
  return headers.date
}
