import type { Registry } from '../shared/registry.ts'
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

type ImageManifest = { config?: { digest: string }; layers?: { size: number }[] }
type ImageConfig = { config?: { Labels?: Record<string, string> | null } }
type Labels = Pick<Standing, 'source' | 'revision' | 'version'>

/** What images say of themselves, by the digest of their configuration: that never changes. */
const told = new Map<string, Labels>()
const TOLD_LIMIT = 1_000

/** What stands in the registry as `<service>:<version>`; undefined when the version is free. */
export async function standing(
  registry: Registry,
  service: string,
  version: string,
): Promise<Standing | undefined> {
  const manifest = await registry.manifest(service, version)
  if (manifest === undefined) return undefined
  const { config } = JSON.parse(manifest.bytes.toString()) as ImageManifest
  const labels = config
    ? await labelsIn(registry, service, config.digest)
    : { source: undefined, revision: undefined }
  return { digest: manifest.digest, ...labels, size: layersSize(manifest.bytes) }
}

async function labelsIn(registry: Registry, service: string, digest: string): Promise<Labels> {
  const known = told.get(digest)
  if (known) return known
  const { config } = JSON.parse((await registry.blob(service, digest)).toString()) as ImageConfig
  const labels = config?.Labels ?? {}
  const found = {
    source: labels[SOURCE_LABEL],
    revision: labels['org.opencontainers.image.revision'],
    version: labels['org.opencontainers.image.version'],
  }
  if (told.size >= TOLD_LIMIT) told.clear()
  told.set(digest, found)
  return found
}

/** Bytes of an image's layers as the registry stores them. */
export function layersSize(manifest: Buffer): number {
  const { layers = [] } = JSON.parse(manifest.toString()) as ImageManifest
  return layers.reduce((sum, layer) => sum + layer.size, 0)
}
