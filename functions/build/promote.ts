import pLimit from 'p-limit'
import { diskTag } from '../shared/disk.ts'
import { Failure } from '../shared/failure.ts'
import { type Manifest, type Registry, unlessTorn } from '../shared/registry.ts'
import { standingDisk } from './disk-manifest.ts'
import * as places from './words/places.ts'

/** Blobs of an image that are mounted at once. */
const MOUNTS = 8

/** A repository of its own: deleting a manifest takes every tag of its repository that points to it. */
export function stagingOf(service: string): string {
  return `staging/${service}`
}

/** What a build has staged. */
export type Staged = { service: string; version: string; digest: string; disk?: string | undefined }

/**
 * Publishes all that a build has staged, and gives the digests that stand then. Its disk first: who sees the version
 * has the disk, too.
 */
export async function promoteAll(
  registry: Registry,
  { service, version, digest, disk }: Staged,
  movable: boolean,
): Promise<{ digest: string; disk?: string }> {
  const image = { service, version, digest, movable }
  if (disk === undefined) return { digest: await promote(registry, image) }
  const beside = { service, version: diskTag(version), digest: disk }
  const free = movable || (await isOrphaned(registry, image))
  const stands = await promote(registry, { ...beside, movable: free })
  return { digest: await promote(registry, image), disk: stands }
}

/** Whether the disk that stands is of an image that is gone, and ours takes that one's place. */
async function isOrphaned(registry: Registry, { service, version, digest }: Promotion): Promise<boolean> {
  const image = await unlessTorn(registry.head(service, version), () => undefined)
  const disk = await unlessTorn(standingDisk(registry, service, version), () => undefined)
  return (image ?? digest) === digest && disk?.image !== undefined && disk.image !== digest
}

/** What is to be copied: a digest in `staging/<service>` that becomes `<service>:<version>`. */
export type Promotion = { service: string; version: string; digest: string; movable: boolean }

/**
 * Publishes one staged image: its blobs are mounted, the same bytes are put, and a HEAD says what stands then,
 * which is what comes back. By digest, never by the staging tag, which a later attempt may have moved. A version
 * that stands already is never moved unless it is movable, so doing it twice is doing it once.
 */
export async function promote(
  registry: Registry,
  { service, version, digest, movable }: Promotion,
): Promise<string> {
  // What is torn was being put right here, by a process before this one.
  const there = await unlessTorn(registry.head(service, version), () => undefined)
  if (there === digest || (there !== undefined && !movable)) return there
  await copy(registry, service, digest, version)
  const stands = await registry.head(service, version)
  if (stands === undefined) throw new Failure('registry_error', places.notShown(`${service}:${version}`))
  return stands
}

type Pointer = { digest: string }
type Parts = { config?: Pointer; layers?: Pointer[]; manifests?: Pointer[] }

/** Copies a staged manifest; of an index its images first, because a registry takes none that lacks one. */
async function copy(registry: Registry, service: string, digest: string, reference: string): Promise<void> {
  const manifest = await (mounting.get(`${service}@${digest}`) ?? mount(registry, service, digest))
  const { manifests = [] } = JSON.parse(manifest.bytes.toString()) as Parts
  for (const image of manifests) await copy(registry, service, image.digest, image.digest)
  await registry.putManifest(service, reference, manifest.mediaType, manifest.bytes)
}

/** Images that are mounted before they are promoted, by `service@digest`. */
const mounting = new Map<string, Promise<Manifest>>()

/**
 * Mounts the blobs of a staged image while its merge still waits and looks: nothing is seen of it before its manifest is
 * put. What comes back ends that; what could not be mounted is tried again by whoever promotes.
 */
export function mountAhead(registry: Registry, service: string, digest: string): () => void {
  const image = `${service}@${digest}`
  const end = () => void mounting.delete(image)
  const mounted = mount(registry, service, digest)
  mounting.set(image, mounted)
  mounted.catch(end)
  return end
}

/** Mounts the blobs of a staged image, and gives its manifest. */
async function mount(registry: Registry, service: string, digest: string): Promise<Manifest> {
  const staging = stagingOf(service)
  const manifest = await registry.manifest(staging, digest)
  if (manifest === undefined) throw new Failure('registry_error', places.stagedGone(`${staging}@${digest}`))
  const { config, layers = [] } = JSON.parse(manifest.bytes.toString()) as Parts
  const blobs = [...(config ? [config] : []), ...layers].map((blob) => blob.digest)
  await pLimit(MOUNTS).map(new Set(blobs), (blob) => registry.mountBlob(service, blob, staging))
  return manifest
}
