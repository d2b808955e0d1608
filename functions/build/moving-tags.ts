import { Failure } from '../shared/failure.ts'
import type { Entry } from '../shared/images.ts'
import { type Registry, unlessTorn } from '../shared/registry.ts'
import { newerHas } from './newer.ts'
import { type Standing, standing } from './standing.ts'
import * as places from './words/places.ts'
import * as refusals from './words/refusals.ts'
import type { Workshop } from './workshop.ts'

/** A version and the tags that its entry has beside it; `time` orders it, ms since 1970. */
export type Tagged = { service: string; version: string; tags?: string[] | undefined; time: number }

/** A tag as it stands: this version's to move, kept by what is newer, or a version itself. */
type Found = { tag: string; digest: string | undefined; whose: 'ours' | 'newer' | 'version' }

type Books = Pick<Workshop, 'config' | 'registry' | 'ledger'>

/** Refuses, as `images_invalid`, a tag that never moves. */
export function refuseFixedTags({ service_name: service, version, tags = [] }: Entry, mutable: RegExp): void {
  const fixed = tags.find((tag) => !mutable.test(tag) && !begins(tag, version))
  if (fixed !== undefined) throw new Failure('images_invalid', refusals.tagFixed(service, fixed, version))
}

/**
 * The tags that are the version's, with the digests that they have now; `version_taken` where one is a version. What
 * is newer keeps its own: of tags that fit `mutable_tags` a newer merge, of numbers a later version.
 */
export async function tagsDue(books: Books, tagged: Tagged): Promise<Found[]> {
  const found = await lookAt(books, tagged)
  const version = found.find(({ whose }) => whose === 'version')
  if (version) throw new Failure('version_taken', refusals.tagIsVersion(tagged.service, version.tag))
  return found.filter(({ whose }) => whose === 'ours')
}

/** Moves the tags that are the version's to its image, which stands as `digest`, and says which these are. */
export async function moveTags(books: Books, tagged: Tagged, digest: string): Promise<string[]> {
  const ours = (await lookAt(books, tagged)).filter(({ whose }) => whose === 'ours')
  for (const found of ours)
    if (found.digest !== digest) await move(books.registry, tagged.service, found.tag, digest)
  return ours.map(({ tag }) => tag)
}

async function move(registry: Registry, service: string, tag: string, digest: string): Promise<void> {
  const manifest = await registry.manifest(service, digest)
  if (manifest === undefined) throw new Failure('registry_error', places.notShown(`${service}@${digest}`))
  await registry.putManifest(service, tag, manifest.mediaType, manifest.bytes)
  if ((await registry.head(service, tag)) !== digest)
    throw new Failure('registry_error', places.notShown(`${service}:${tag}`))
}

function lookAt(books: Books, { service, version, tags = [], time }: Tagged): Promise<Found[]> {
  return Promise.all(
    tags.map(async (tag): Promise<Found> => {
      // What is torn was being put, and is put again.
      const found = await unlessTorn(standing(books.registry, service, tag), () => undefined)
      const digest = found?.digest
      if (!books.config.mutableTags.test(tag)) return { tag, digest, whose: ownerOf(tag, version, found) }
      const newer = await newerHas(books.ledger, service, tag, time, version)
      return { tag, digest, whose: newer ? 'newer' : 'ours' }
    }),
  )
}

/** Whose a tag of numbers is. What nobody here has built was pushed as what it is called: a version. */
function ownerOf(tag: string, version: string, found: Standing | undefined): Found['whose'] {
  if (found === undefined) return 'ours'
  if (found.source === undefined || found.version === tag) return 'version'
  return begins(tag, found.version) && isLater(String(found.version), version) ? 'newer' : 'ours'
}

/** Whether a tag is the beginning of a version's numbers, as 1 and 1.4 are of 1.4.2, and v1 of v1.4.2. */
export function begins(tag: string, version: string | undefined): boolean {
  return version !== undefined && /^v?\d+(\.\d+)*$/.test(version) && version.startsWith(`${tag}.`)
}

/** Whether a version's numbers come after another's: 1.4.10 after 1.4.9, and 1.4.1 after 1.4. */
export function isLater(one: string, other: string): boolean {
  const [ours, theirs] = [numbersOf(one), numbersOf(other)]
  const at = ours.findIndex((number, index) => number !== theirs[index])
  return at >= 0 && (ours[at] ?? 0n) > (theirs[at] ?? -1n)
}

function numbersOf(version: string): bigint[] {
  return version.replace('v', '').split('.').map(BigInt)
}
