import { type Origin, originOf } from './origin.ts'
import type { Sight } from './readings.ts'
import { sentence } from './sentence.ts'
import type { State } from './state.ts'
import * as words from './words.ts'

/** What stands of a service in a few words, with the badge's colour. */
export function stateOfSight({ seen, newest, service }: Sight): State {
  const version = newest?.services.find(({ name }) => name === service)?.version
  const { color } = seen
  switch (seen.standing) {
    case 'published':
      return { word: words.published, color, shape: 'done' }
    case 'building':
      return {
        word: version === undefined ? words.building : words.buildingVersion(version),
        color,
        shape: 'busy',
      }
    case 'waiting':
      return { word: version === undefined ? words.waiting : words.waits(version), color, shape: 'waiting' }
    case 'failing':
      return {
        word: version === undefined ? words.failed : words.failedVersion(version),
        color,
        shape: 'broken',
      }
    case 'invalid':
      return { word: words.invalid, color, shape: 'broken' }
    case 'missing':
      return { word: words.missing, color, shape: 'broken' }
    default:
      return { word: seen.standing, color, shape: 'none' }
  }
}

/** Which merge the state comes from: the newest one, or the one that published what stands. */
export function originOfSight({ seen, newest, latest }: Sight): Origin | undefined {
  const settled = seen.standing === 'published' || seen.standing === 'retired' || seen.standing === 'missing'
  if (settled || newest === undefined || newest.sha === latest?.commit) return latest
  return originOf(newest)
}

/** When that was, as ms since 1970 or a time in words. */
export function timeOfSight(sight: Sight): number | string | undefined {
  const { newest, latest } = sight
  if (latest && originOfSight(sight) === latest) return latest.finished ?? latest.started ?? latest.time
  return newest?.finished ?? newest?.time ?? newest?.queued
}

/** Why it is not as it should be, in one sentence. */
export function reasonOfSight(sight: Sight): string | undefined {
  const { seen, newest, latest } = sight
  if (seen.standing === 'missing') return sentence(whatIsGone(sight))
  if (seen.color !== 'red' && seen.standing !== 'waiting') return undefined
  return (newest?.sha === latest?.commit ? latest?.reason : undefined) ?? newest?.reason
}

/** An image that is gone says enough: its disk was made of it. */
function whatIsGone({ published, gone }: Sight): string {
  const { version } = published ?? { version: words.it }
  const [tag = version] = gone
  return tag === version ? words.notThere(version) : words.diskNotThere(tag)
}
