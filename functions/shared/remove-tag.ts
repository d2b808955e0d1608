import { putArtifact } from './artifact.ts'
import { type Manifest, type Registry, unlessTorn } from './registry.ts'

const NOTHING_TYPE = 'application/vnd.artefacto.nothing.v1+json'

/**
 * Deletes what a tag points to, and with it every other tag of it in its repository; of an index its images first, which
 * have no tags of their own. One that is not there is fine.
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
    return registry.manifest(repository, tag)
  }
  const found = await unlessTorn(registry.manifest(repository, tag), writeOver)
  const manifest = found ?? (listed ? await writeOver() : undefined)
  if (manifest === undefined) return
  for (const digest of [...imagesOf(manifest), manifest.digest])
    await registry.deleteManifest(repository, digest)
}

function imagesOf({ bytes }: Manifest): string[] {
  const { manifests = [] } = JSON.parse(bytes.toString()) as { manifests?: { digest: string }[] }
  return manifests.map(({ digest }) => digest)
}
