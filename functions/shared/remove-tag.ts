import { putArtifact } from './artifact.ts'
import { type Registry, unlessTorn } from './registry.ts'

const NOTHING_TYPE = 'application/vnd.artefacto.nothing.v1+json'

/**
 * Deletes what a tag points to, and with it every other tag of it in its repository; one that is not there is fine.
 * A registry deletes by digest alone, so a tag that it cannot read is written over first.
 */
export async function removeTag(registry: Registry, repository: string, tag: string): Promise<void> {
  const digest = await unlessTorn(registry.head(repository, tag), async () => {
    await putArtifact(registry, repository, [tag], {
      artifactType: NOTHING_TYPE,
      annotations: {},
      layers: [],
    })
    return registry.head(repository, tag)
  })
  if (digest !== undefined) await registry.deleteManifest(repository, digest)
}
