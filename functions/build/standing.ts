import type { Registry } from '../shared/registry.ts'
import { SIZE } from './image-index.ts'
import { SOURCE_LABEL } from './source-digest.ts'

/** The image that stands under a version: what it was built from is in its labels; another's image has none. */
export type Standing = {
  digest: string
  source: string | undefined
  revision: string | undefined
  /** Under which it was built. */
  version?: string | undefined
  /** Bytes of its layers as stored. */
  size?: number | undefined
}

type ImageManifest = {
  config?: { digest: string }
  layers?: { size: number }[]
  /** Of an index: what its images have as labels. */
  annotations?: Labels | null
}
type ImageConfig = { config?: { Labels?: Labels | null } }
type Labels = Record<string, string>
type Told = Pick<Standing, 'source' | 'revision' | 'version'>

/** What images say of themselves, by the digest of their configuration: that never changes. */
const told = new Map<string, Told>()
const TOLD_LIMIT = 1_000

/** What stands in the registry as `<service>:<version>`; undefined when the version is free. */
export async function standing(
  registry: Registry,
  service: string,
  version: string,
): Promise<Standing | undefined> {
  const manifest = await registry.manifest(service, version)
  if (manifest === undefined) return undefined
  const { config, annotations } = JSON.parse(manifest.bytes.toString()) as ImageManifest
  const labels = config ? await toldIn(registry, service, config.digest) : toldBy(annotations)
  return { digest: manifest.digest, ...labels, size: layersSize(manifest.bytes) }
}

async function toldIn(registry: Registry, service: string, digest: string): Promise<Told> {
  const known = told.get(digest)
  if (known) return known
  const { config } = JSON.parse((await registry.blob(service, digest)).toString()) as ImageConfig
  const found = toldBy(config?.Labels)
  if (told.size >= TOLD_LIMIT) told.clear()
  told.set(digest, found)
  return found
}

function toldBy(labels: Labels | null | undefined): Told {
  return {
    source: labels?.[SOURCE_LABEL],
    revision: labels?.['org.opencontainers.image.revision'],
    version: labels?.['org.opencontainers.image.version'],
  }
}

/** Bytes of an image's layers as the registry stores them, of an index of ours those of all its images. */
export function layersSize(manifest: Buffer): number {
  const { layers = [], annotations } = JSON.parse(manifest.toString()) as ImageManifest
  const together = annotations?.[SIZE]
  if (together !== undefined) return Number(together)
  return layers.reduce((sum, layer) => sum + layer.size, 0)
}
