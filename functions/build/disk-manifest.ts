import type { Layer } from '../shared/artifact.ts'
import { digestOf } from '../shared/digest.ts'
import { DISK_FILE, DISK_TYPE, type Disk, diskTag } from '../shared/disk.ts'
import type { Manifest, Registry } from '../shared/registry.ts'
import { SOURCE_LABEL } from './source-digest.ts'

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'
const NOTHING = Buffer.from('{}')
const IMAGE = 'artefacto.image'
const DISK = 'artefacto.disk'

/** A disk as it stands in the registry. Another's artifact has no source, and is no disk. */
export type StandingDisk = {
  digest: string
  source: string | undefined
  image: string | undefined
  disk: Disk
}

type Made = {
  /** The digest of the container image that it was made from, and of the sources of that. */
  image: string
  source: string
  disk: Omit<Disk, 'digest'>
  layer: Pick<Layer, 'digest' | 'size'>
  labels: Record<string, string>
}

/**
 * Puts the manifest of a disk whose layer is there; `oras pull` gives `disk.tar.gz`. The same bytes for the same disk,
 * whenever it is made.
 */
export async function putDisk(
  registry: Registry,
  repository: string,
  tag: string,
  { image, source, disk, layer, labels }: Made,
): Promise<string> {
  await registry.putBlob(repository, NOTHING)
  const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf(NOTHING), size: 2 }
  const title = { 'org.opencontainers.image.title': DISK_FILE }
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    artifactType: DISK_TYPE,
    config,
    layers: [{ mediaType: LAYER, digest: layer.digest, size: layer.size, annotations: title }],
    annotations: { ...labels, [SOURCE_LABEL]: source, [IMAGE]: image, [DISK]: JSON.stringify(disk) },
  }
  return registry.putManifest(repository, tag, MANIFEST, Buffer.from(JSON.stringify(manifest)))
}

/** The disk that stands as `<service>:<version>-ami`; undefined where there is none. */
export function standingDisk(
  registry: Registry,
  service: string,
  version: string,
): Promise<StandingDisk | undefined> {
  return diskAt(registry, service, diskTag(version))
}

/** The same under any tag of any repository. */
export async function diskAt(
  registry: Registry,
  repository: string,
  tag: string,
): Promise<StandingDisk | undefined> {
  const manifest = await registry.manifest(repository, tag)
  return manifest && read(manifest)
}

/** The digest of the layer that holds a disk. */
export function layerOf(manifest: Manifest): string {
  const { layers = [] } = JSON.parse(manifest.bytes.toString()) as { layers?: Layer[] }
  return layers[0]?.digest ?? ''
}

function read({ digest, bytes }: Manifest): StandingDisk {
  const { annotations = {} } = JSON.parse(bytes.toString()) as { annotations?: Record<string, string> }
  const disk = { ...JSON.parse(annotations[DISK] ?? '{}'), digest } as Disk
  return { digest, source: annotations[SOURCE_LABEL], image: annotations[IMAGE], disk }
}
