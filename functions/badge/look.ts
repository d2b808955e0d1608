import type { BuildRecord } from '../shared/build-record.ts'
import { isFinal, type MergedService, type MergeRecord } from '../shared/merge-record.ts'
import * as words from './words.ts'

/** What the ledger and the registry say about one service. */
export type Facts = {
  service: string
  /** The newest merge of the repository that owns the name. */
  newest?: MergeRecord | undefined
  /** The newest build that was published. */
  published?: BuildRecord | undefined
  /** The tags of the published build, its image's and its disk's, of which a HEAD did not give the recorded digest. */
  gone: string[]
}

/** What the words come to, for pages that say it at more length. */
export type Standing =
  | 'published'
  | 'building'
  | 'waiting'
  | 'failing'
  | 'invalid'
  | 'retired'
  | 'missing'
  | 'unknown'
  | 'unreachable'

export type Look = {
  standing: Standing
  message: string
  color: 'green' | 'blue' | 'red' | 'grey'
  isError: boolean
}

export const LABEL = words.label
export const UNKNOWN: Look = { standing: 'unknown', message: words.unknown, color: 'grey', isError: false }
export const UNREACHABLE: Look = {
  standing: 'unreachable',
  message: words.unreachable,
  color: 'grey',
  isError: true,
}

/** The badge's words and colour: the table of README, "The badge". */
export function look(facts: Facts): Look {
  const { service, newest, published } = facts
  if (newest === undefined || publishedByHand(facts, newest)) return standing(facts)
  const named = newest.services.find(({ name }) => name === service)
  const after = (message: string) => (published ? words.after(published.version, message) : message)
  if (!named && retired(newest, service)) return plain('retired', after(words.retired))
  switch (newest.state) {
    case 'queued':
    case 'building':
    case 'publishing':
      return plain('building', after(named ? words.buildingVersion(named.version) : words.building))
    case 'error':
      return plain('waiting', after(named ? words.waitingVersion(named.version) : words.waiting))
    case 'built':
      return standing(facts, named?.version)
    // Never the newest, unless the record of the newer one is lost.
    case 'superseded':
      return standing(facts)
    case 'failed':
      return failed(facts, newest, named, after)
  }
}

/** A method call moves the badge only if no newer merge has the service. */
function publishedByHand({ service, published }: Facts, newest: MergeRecord): boolean {
  if (!published?.manual) return false
  const merged = newest.known.includes(service) || newest.services.some(({ name }) => name === service)
  return !merged || published.time >= (newest.time ?? 0)
}

/** While images.json is not read, `known` is that of the merge before; the first merge has none. */
function retired(newest: MergeRecord, service: string): boolean {
  return !newest.known.includes(service) && (newest.known.length > 0 || isFinal(newest))
}

function failed(
  { published, ...facts }: Facts,
  newest: MergeRecord,
  named: MergedService | undefined,
  after: (message: string) => string,
): Look {
  if (newest.code === 'images_invalid' || newest.code === 'images_missing')
    return alarm('invalid', after(words.invalid))
  // A sibling failed, but this one is published already and nothing of it changed.
  const untouched = named?.state === 'unchanged' || named?.state === 'built'
  if (untouched && named.version === published?.version) return standing({ published, ...facts })
  return alarm('failing', after(named ? words.failingVersion(named.version) : words.failing))
}

function standing({ published, gone }: Facts, promised?: string): Look {
  const version = published?.version ?? promised
  if (version === undefined) return UNKNOWN
  return published && gone.length === 0
    ? plain('published', version)
    : alarm('missing', words.missingVersion(version))
}

const COLORS = { published: 'green', building: 'blue', waiting: 'blue', retired: 'grey' } as const

function plain(standing: keyof typeof COLORS, message: string): Look {
  return { standing, message, color: COLORS[standing], isError: false }
}

function alarm(standing: 'failing' | 'invalid' | 'missing', message: string): Look {
  return { standing, message, color: 'red', isError: true }
}
