import { DISK_END, isDiskTag } from './sources.ts'

/** A green badge as somebody saw it; times in ms of one clock. */
export type Green = { service: string; version: string; asked: number; answered: number }

/** The versions of a service that the registry had, between two times. */
export type Sight = { service: string; versions: string[]; asked: number; answered: number }

export type WrongGreen = { service: string; version: string; at: number; instead: string }

/** The badge may show for 5 s what it has read, and reading takes it 2 s at most. */
const KEPT_MS = 7_000

/**
 * Greens that named an absent version, or one that was not the newest any more: only where the registry said so
 * all the time from before the badge's cache until after its answer. Both lists are in order of time.
 */
export function wrongGreens(greens: Green[], sights: Sight[]): WrongGreen[] {
  return [...new Set(greens.map(({ service }) => service))].flatMap((service) => {
    const seen = sights.filter((sight) => sight.service === service)
    return greens.filter((green) => green.service === service).flatMap((green) => judged(green, seen))
  })
}

function judged({ service, version, asked, answered }: Green, seen: Sight[]): WrongGreen[] {
  const before = firstNot(seen, (sight) => sight.answered <= asked - KEPT_MS) - 1
  const after = firstNot(seen, (sight) => sight.asked < answered)
  const around = seen.slice(before, after + 1)
  // The registry was away before or after: nobody knows the truth.
  if (before < 0 || after >= seen.length) return []
  const wrong = (instead: string) => [{ service, version, at: asked, instead }]
  if (around.every(({ versions }) => !versions.includes(version))) return wrong('it was not there')
  const newer = newest(around[0] as Sight)
  return newer !== undefined && minor(newer) > minor(version) ? wrong(`${newer} stood there`) : []
}

/** Of a service's tags, the versions that are there: those that are promised with a disk only beside that. */
export function wholeVersions(tags: string[], disked: (version: string) => boolean): string[] {
  return tags.filter((tag) => !isDiskTag(tag) && (!disked(tag) || tags.includes(`${tag}${DISK_END}`)))
}

/** The index of the first entry that does not fit; those that fit are all at the beginning. */
function firstNot(seen: Sight[], fits: (sight: Sight) => boolean): number {
  let [low, high] = [0, seen.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (fits(seen[middle] as Sight)) low = middle + 1
    else high = middle
  }
  return low
}

function newest({ versions }: Sight): string | undefined {
  return versions.reduce<string | undefined>(
    (best, version) => (best === undefined || minor(version) > minor(best) ? version : best),
    undefined,
  )
}

/** Versions of the plan are `1.N.0`, raised by one each time; one that moves is the only one of its service. */
function minor(version: string): number {
  return Number(version.split('.')[1] ?? 0)
}
