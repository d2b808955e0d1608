import { putArtifact } from './artifact.ts'
import { type Registry, unlessTorn } from './registry.ts'

const NOTHING_TYPE = 'application/vnd.artefacto.nothing.v1+json'

/**
 * Deletes what a tag points to, and with it every other tag of it in its repository; one that is not there is fine.
 * A registry deletes by digest alone, so a tag that it cannot read is written over first. So is one that it lists
 * (`listed`) and does not find: 2.8 takes the manifest before its tags, and may be killed in between.
 */
export async function removeTag(
  registry: Registry,
  repository: string,
  tag: string,
  { listed = false } = {},
): Promise<void> {
  const writeOver = async () => {
    await putArtifact(registry, repository, [tag], {
      artifactType: NOTHING_TYPE,
      annotations: {},
      layers: [],
    })
    return registry.head(repository, tag)
  }
  const found = await unlessTorn(registry.head(repository, tag), writeOver)
  const digest = found ?? (listed ? await writeOver() : undefined)
  if (digest !== undefined) await registry.deleteManifest(repository, digest)
}
