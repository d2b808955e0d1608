import { DISK_PLATFORM } from '../shared/disk.ts'
import type { ImageConfig } from '../shared/disk-request.ts'
import { Failure } from '../shared/failure.ts'
import type { Registry } from '../shared/registry.ts'
import type { Child } from './image-index.ts'
import * as places from './words/places.ts'
import * as refusals from './words/refusals.ts'

type Blob = { digest: string; size: number; mediaType?: string }
type ImageManifest = { config?: Blob; layers?: Blob[]; manifests?: Partial<Child>[] }
type Configuration = { os?: string; architecture?: string; created?: string; config?: ImageConfig }

/** What a disk takes of an image: its layers' blobs, lowest first, and what it says of itself. */
export type ImageParts = { layers: Blob[] } & Required<Omit<Configuration, 'os'>>

/** Reads an image of the registry as far as a disk needs it; of an index the one for DISK_PLATFORM. */
export async function imageParts(
  registry: Registry,
  repository: string,
  digest: string,
): Promise<ImageParts> {
  const manifest = await registry.manifest(repository, digest)
  if (manifest === undefined)
    throw new Failure('registry_error', places.stagedGone(`${repository}@${digest}`))
  const { config, layers, manifests = [] } = JSON.parse(manifest.bytes.toString()) as ImageManifest
  const child = manifests.find(({ platform: is }) => is && `${is.os}/${is.architecture}` === DISK_PLATFORM)
  if (child?.digest !== undefined) return imageParts(registry, repository, child.digest)
  if (config === undefined || layers === undefined) throw new Failure('disk_refused', refusals.indexAsDisk)
  const said = JSON.parse((await registry.blob(repository, config.digest)).toString()) as Configuration
  const { os = 'linux', architecture = 'unknown', created = '1980-01-01T00:00:00Z', config: runs = {} } = said
  if (os !== 'linux') throw new Failure('disk_refused', refusals.osAsDisk(os))
  // Their bytes are somewhere else, and may not be handed on.
  if (layers.some(({ mediaType = '' }) => /foreign|nondistributable/.test(mediaType)))
    throw new Failure('disk_refused', refusals.foreignAsDisk)
  return { layers, architecture, created, config: runs }
}
