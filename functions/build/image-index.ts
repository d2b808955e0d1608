import type { Manifest, Registry } from '../shared/registry.ts'

const INDEX = 'application/vnd.oci.image.index.v1+json'

/** The annotation of an index that has the bytes of all its images' layers. */
export const SIZE = 'artefacto.size'

/** One image of an index. https://github.com/opencontainers/image-spec/blob/main/image-index.md */
export type Child = {
  mediaType: string
  digest: string
  size: number
  platform: { os: string; architecture: string; variant?: string }
}

/** An image as an index names it, for a platform such as linux/arm64, or linux/arm/v7. */
export function childFor(platform: string, { mediaType, digest, bytes }: Manifest): Child {
  const [os = '', architecture = '', variant] = platform.split('/')
  const runsOn = { os, architecture, ...(variant !== undefined && { variant }) }
  return { mediaType, digest, size: bytes.length, platform: runsOn }
}

/**
 * Puts an index of images that stand in the same repository; gives its digest. `labels` are those of its images, and
 * `size` the bytes of all their layers, so that nobody has to read these. By us and not by the engine, whose API builds
 * one platform a call (docs/decisions/0019-an-index-of-our-own.md).
 */
export function putIndex(
  registry: Registry,
  repository: string,
  tag: string,
  manifests: Child[],
  { labels, size }: { labels: Record<string, string>; size: number },
): Promise<string> {
  const annotations = { ...labels, [SIZE]: String(size) }
  const index = { schemaVersion: 2, mediaType: INDEX, manifests, annotations }
  return registry.putManifest(repository, tag, INDEX, Buffer.from(JSON.stringify(index)))
}
