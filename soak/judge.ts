import { missingDisks, strayDisks } from './judge-disks.ts'
import type { Kind } from './plan.ts'
import type { Service } from './sources.ts'
import type { WrongGreen } from './wrong-greens.ts'

/** A merge that the soak has made, and how it must end. */
export type Made = {
  repository: string
  sha: string
  kind: Kind
  services: Service[]
  moving: string | undefined
}

/** A merge's record as the registry shows it. */
export type Recorded = { final: boolean; state: string; reason: string | undefined; services: Promised[] }
export type Promised = {
  name: string
  version: string
  state: string
  digest: string | undefined
  disk?: string | undefined
}

/** What stands in the registry: which of the plan's contents it holds. */
export type Image = { digest: string; content: string | undefined }

/** A disk that stands beside an image, and the digest of the image that it says it was made of. */
export type Disk = { digest: string; image: string | undefined }

export type Memory = { part: string; startMb: number; endMb: number }

/** What GitHub, the registry, the badges and the engine showed. Images by `service:version`. */
export type Evidence = {
  /** In the order in which they were merged. */
  made: Made[]
  /** By sha: merged on GitHub, by repository. */
  merged: Map<string, string>
  records: Map<string, Recorded>
  images: Map<string, Image>
  /** By the same reference. */
  disks: Map<string, Disk>
  /** Every digest that a reference was seen with, in order of time. */
  digests: Map<string, string[]>
  /** The contents that those digests hold. */
  contents: Map<string, string | undefined>
  wrongGreens: WrongGreen[]
  /** Badges that do not show, in the end, what the plan says. */
  badges: string[]
  /** Containers, images, staged tags, folders. */
  left: string[]
  memory: Memory[]
}

/** Each fault as a sentence, by what it is a fault of. All empty: the three promises were kept. */
export type Verdict = Record<(typeof COUNTS)[number], string[]>

export const COUNTS = ['lost', 'missing', 'wrong green', 'moved digests', 'left behind', 'memory'] as const

/** A process may have grown by half, and by 20 MB: a ledger of a thousand merges is read in the end. */
const FLAT = { factor: 1.5, mb: 20 }

/** Merges that must fail. */
export const FAILS: Kind[] = ['broken Dockerfile', 'broken images.json', 'broken disk', 'taken']

/** Compares what was to happen with what GitHub's and the registry's side show. Knows nothing of artefacto's code. */
export function judge(evidence: Evidence): Verdict {
  return {
    lost: [...lost(evidence), ...evidence.made.flatMap((made) => otherwise(evidence, made))],
    missing: [
      ...evidence.made.flatMap((made) => [...missing(evidence, made), ...missingDisks(evidence, made)]),
      ...evidence.badges,
    ],
    'wrong green': evidence.wrongGreens.map(
      ({ service, version, at, instead }) =>
        `the badge of ${service} was green with ${version} at ${new Date(at).toISOString()}: ${instead}`,
    ),
    'moved digests': [...moved(evidence), ...movedBack(evidence), ...strayDisks(evidence)],
    'left behind': evidence.left,
    memory: evidence.memory.flatMap(({ part, startMb, endMb }) => {
      const grown = endMb > startMb * FLAT.factor && endMb > startMb + FLAT.mb
      return grown ? [`${part} grew from ${startMb} MB to ${endMb} MB`] : []
    }),
  }
}

/** How a merge ended, in the table's words. */
export function outcomeOf({ records }: Evidence, { sha, kind }: Made): string {
  const record = records.get(sha)
  if (record === undefined) return kind === 'no merge' ? 'no merge' : 'lost'
  if (!record.final) return 'lost'
  if (record.state === 'failed') return kind === 'taken' || !FAILS.includes(kind) ? 'taken' : 'failed'
  const built = record.services.some(({ state }) => state === 'built')
  return record.state === 'built' && !built ? 'unchanged' : record.state
}

function lost({ merged, records, made }: Evidence): string[] {
  const known = new Set(made.map(({ sha }) => sha))
  return [...merged].flatMap(([sha, repository]) => {
    const record = records.get(sha)
    if (!known.has(sha)) return [`${repository} ${sha} was merged by somebody else`]
    if (record === undefined) return [`${repository} ${sha} has no record`]
    return record.final ? [] : [`${repository} ${sha} is ${record.state}: ${record.reason ?? 'no reason'}`]
  })
}

/** A merge that ended, but not as it must. */
function otherwise(evidence: Evidence, made: Made): string[] {
  const { repository, sha, kind } = made
  const record = evidence.records.get(sha)
  const say = (text: string) => [`${repository} ${sha} (${kind}) ${text}`]
  // Its record, if it kept one, is counted as left behind.
  if (kind === 'no merge') return record?.final ? say(`was taken for a merge: ${record.state}`) : []
  if (!evidence.merged.has(sha)) return say('is not merged on GitHub')
  if (!record?.final) return []
  if (FAILS.includes(kind)) return record.state === 'failed' ? [] : say(`is ${record.state} and must fail`)
  if (record.state === 'built' || overtaken(evidence, made)) return []
  return say(`is ${record.state}: ${record.reason ?? 'no reason'}`)
}

/** A version that moves never moves back: who comes after a newer merge has moved it fails (README). */
function overtaken({ made, records }: Evidence, late: Made): boolean {
  const before = contentOf(late)
  const later = made.slice(made.indexOf(late) + 1).filter(({ repository }) => repository === late.repository)
  return later.some((one) => contentOf(one) !== before && records.get(one.sha)?.state === 'built')
}

function contentOf({ services, moving }: Made): string | undefined {
  return services.find(({ name }) => name === moving)?.content
}

/** What a merge that is built promises must stand, with its own content. */
function missing({ records, images }: Evidence, { repository, sha, kind, services, moving }: Made): string[] {
  const record = records.get(sha)
  const of = (name: string, version: string) => `${name}:${version} of ${repository} ${sha}`
  if (record?.state !== 'built' || FAILS.includes(kind)) return []
  return services.flatMap(({ name, version, content }) => {
    const image = images.get(`${name}:${version}`)
    const promised = record.services.find((one) => one.name === name)
    if (image === undefined) return [`${of(name, version)} is not in the registry`]
    if (promised?.version !== version) return [`${of(name, version)} is not in the record of this ${kind}`]
    if (name === moving) return []
    if (promised.digest !== image.digest) return [`${of(name, version)} is not the digest of the record`]
    return image.content === content ? [] : [`${of(name, version)} holds ${image.content}, not ${content}`]
  })
}

/** Of versions that do not move, and of what a merge that failed must not have published. */
function moved({ digests, images, made }: Evidence): string[] {
  const moving = new Set(made.map((one) => one.moving))
  const changed = [...digests].filter(
    ([reference, seen]) => !moving.has(reference.split(':')[0]) && new Set(seen).size > 1,
  )
  const planned = new Set(
    made
      .filter(({ kind }) => !FAILS.includes(kind))
      .flatMap(({ services }) => services.map(({ name, version }) => `${name}:${version}`)),
  )
  const stray = [...images.keys()].filter((reference) => !planned.has(reference))
  return [
    ...changed.map(([reference, seen]) => `${reference} was ${[...new Set(seen)].join(', then ')}`),
    ...stray.map((reference) => `${reference} stands, and no merge that succeeds has promised it`),
  ]
}

/** A version that moves goes from older merges to newer ones only, and ends at the newest that was built. */
function movedBack({ digests, contents, images, made, records }: Evidence): string[] {
  return [...new Set(made.flatMap(({ moving }) => (moving ? [moving] : [])))].flatMap((name) => {
    const history = (digests.get(`${name}:dev`) ?? []).map((digest) => contents.get(digest))
    const order = made.flatMap(({ services }) => services.filter((one) => one.name === name))
    const place = (content: string | undefined) => order.findIndex((one) => one.content === content)
    const places = history.map(place)
    const back = places.some((place, index) => place < (places[index - 1] ?? 0))
    const newest = made.filter((one) => one.moving === name && records.get(one.sha)?.state === 'built').at(-1)
    const wanted = newest && contentOf(newest)
    const stands = images.get(`${name}:dev`)?.content
    return [
      ...(back ? [`${name}:dev moved back: ${history.join(', ')}`] : []),
      ...(wanted !== undefined && place(stands) < place(wanted)
        ? [`${name}:dev holds ${stands}, not ${wanted}`]
        : []),
    ]
  })
}
