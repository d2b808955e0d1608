import { setTimeout as sleep } from 'node:timers/promises'
import type { RegistryView } from './registry-view.ts'
import { DISK_END } from './sources.ts'
import { type Green, type Sight, wholeVersions } from './wrong-greens.ts'

const EVERY_MS = 200
/** All versions of a service are listed in each round of this number. */
const LISTED = 5
const ANSWER_MS = 3_000

/** Everything that was seen of badges and registry, in order of time. */
export type Seen = {
  samples: number
  greens: Green[]
  sights: Sight[]
  /** By `service:version`: each digest that it was seen with, and seen again with after another. */
  digests: Map<string, string[]>
}

/**
 * Asks every badge about every 200 ms, and the registry for what it shows, until `stop`. Versions that are `disked`
 * (`service:version`) are there only with their disk.
 */
export function watchBadges(
  gatewayUrl: string,
  registry: RegistryView,
  services: string[],
  disked: Set<string>,
) {
  const seen: Seen = { samples: 0, greens: [], sights: [], digests: new Map() }
  /** The versions of a service, and when they were asked for. */
  const listed = new Map<string, { versions: string[]; asked: number }>()
  let going = true

  async function head(service: string, version: string): Promise<boolean> {
    const reference = `${service}:${version}`
    const digest = await registry.head(service, version)
    const known = seen.digests.get(reference) ?? []
    if (digest !== undefined && known.at(-1) !== digest) seen.digests.set(reference, [...known, digest])
    return digest !== undefined
  }

  async function whole(service: string, version: string): Promise<boolean> {
    const disk = !disked.has(`${service}:${version}`) || (await head(service, `${version}${DISK_END}`))
    return (await head(service, version)) && disk
  }

  async function list(service: string): Promise<void> {
    const asked = Date.now()
    const versions = await registry.tags(service)
    const before = listed.get(service)?.versions ?? []
    for (const version of versions)
      if (!before.includes(version) || version === 'dev') await head(service, version)
    listed.set(service, { versions, asked })
  }

  async function look(service: string, round: number): Promise<void> {
    const green = await askBadge(gatewayUrl, service)
    seen.samples += 1
    if (green) seen.greens.push(green)
    if (round % LISTED === 0) await list(service)
    const stands = green && (await whole(service, green.version))
    // Newer than the last list, or gone since.
    if (green && stands !== listed.get(service)?.versions.includes(green.version)) await list(service)
    const known = listed.get(service)
    if (known === undefined) return
    const gone = green && !stands
    const there = wholeVersions(known.versions, (version) => disked.has(`${service}:${version}`))
    const versions = gone ? there.filter((version) => version !== green.version) : there
    // A list says nothing of what came after it was asked for: the registry may have been away since.
    seen.sights.push({ service, versions, asked: known.asked, answered: Date.now() })
  }

  const watching = (async () => {
    for (let round = 0; going; round += 1) {
      // A part that is down right now shows nothing: that is no fault.
      const looks = services.map((service) => look(service, round).catch(() => {}))
      await Promise.all([...looks, sleep(EVERY_MS)])
    }
  })()
  return {
    seen,
    async stop(): Promise<Seen> {
      going = false
      await watching
      return seen
    },
  }
}

/** What the badge says, for whoever reads JSON; undefined unless it is green. Rejects if it does not answer. */
export async function askBadge(gatewayUrl: string, service: string): Promise<Green | undefined> {
  const asked = Date.now()
  const signal = AbortSignal.timeout(ANSWER_MS)
  const answer = await fetch(`${gatewayUrl}/function/badge/${service}.json`, { signal })
  const { message, color } = (await answer.json()) as { message: string; color: string }
  return color === 'green' ? { service, version: message, asked, answered: Date.now() } : undefined
}
