import { childFor, putIndex } from '../../functions/build/image-index.ts'
import { type Manifest, openRegistry, type Registry } from '../../functions/shared/registry.ts'
import { registryTransport } from '../../functions/shared/registry-transport.ts'
import type { Secrets } from '../../functions/shared/secrets.ts'
import { type MemoryRegistry, startMemoryRegistry } from '../support/memory-registry.ts'

export const IMAGE_TYPE = 'application/vnd.oci.image.manifest.v1+json'

/** A registry in memory, given to `work` and then taken away. */
export function withRegistry(work: (registry: Registry, memory: MemoryRegistry) => Promise<void>) {
  return async (): Promise<void> => {
    const memory = await startMemoryRegistry()
    try {
      await work(openRegistry(registryTransport(memory.url, NO_SECRETS)), memory)
    } finally {
      await memory.close()
    }
  }
}

const NO_SECRETS: Secrets = {
  find: async () => undefined,
  need: () => Promise.reject(new Error('no secret is needed')),
  rotating: () => Promise.reject(new Error('no secret is needed')),
}

/** Puts an image with these labels and one layer, as an engine pushes it; gives its digest. */
export async function putImage(
  registry: Registry,
  repository: string,
  tag: string,
  labels: Record<string, string>,
): Promise<string> {
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', config: { Labels: labels } }))
  const layer = Buffer.from(`the layer of ${repository}`)
  const manifest = {
    schemaVersion: 2,
    mediaType: IMAGE_TYPE,
    config: { digest: await registry.putBlob(repository, config), size: config.length },
    // The same layer twice, as an image has it whose Dockerfile does nothing twice.
    layers: [layer, layer].map((bytes) => ({ size: bytes.length, digest: '' })),
  }
  for (const entry of manifest.layers) entry.digest = await registry.putBlob(repository, layer)
  return registry.putManifest(repository, tag, IMAGE_TYPE, Buffer.from(JSON.stringify(manifest, null, 3)))
}

/** Puts an index of two such images, for amd64 and arm64, as build makes it; gives the digests of all three. */
export async function putSomeIndex(
  registry: Registry,
  repository: string,
  tag: string,
  labels: Record<string, string>,
): Promise<{ digest: string; images: string[] }> {
  const platforms = ['linux/amd64', 'linux/arm64']
  const images: string[] = []
  for (const platform of platforms)
    images.push(await putImage(registry, repository, tag, { ...labels, platform }))
  const manifests = await Promise.all(images.map((image) => registry.manifest(repository, image)))
  const children = platforms.map((platform, at) => childFor(platform, manifests[at] as Manifest))
  return { digest: await putIndex(registry, repository, tag, children, { labels, size: 64 }), images }
}
