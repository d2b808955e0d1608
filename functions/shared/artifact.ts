import pLimit from 'p-limit'
import { digestOf } from './digest.ts'
import { Failure, toFailure } from './failure.ts'
import type { Manifest, Registry } from './registry.ts'
import * as words from './words.ts'

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const EMPTY = 'application/vnd.oci.empty.v1+json'
const EMPTY_BYTES = Buffer.from('{}')

/** When a manifest was made: it makes its bytes its own, and is none of what the artifact says. */
const WRITTEN = 'artefacto.written'

export type Layer = { mediaType: string; digest: string; size: number; annotations?: Record<string, string> }

/** An OCI artifact as artefacto keeps its records: what they say stands in annotations, files are layers. */
export type Artifact = { artifactType: string; annotations: Record<string, string>; layers: Layer[] }

/** Where this process has put the empty blob already: to ask each time would be a fifth of what the ledger costs. */
const emptied = new WeakMap<Registry, Set<string>>()

/** Registry 2.8 refuses what is put twice at one moment, in whatever repositories (DIGEST_INVALID). */
const emptying = pLimit(1)

/**
 * Writes an artifact under one or more tags, in that order; the layers' blobs must be there. No two writes are of the
 * same bytes: registry 2.8 keeps half of a manifest if it is killed while it writes, and does not write over what it
 * has (functions/shared/failure.ts, registry_torn).
 * https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidelines-for-artifact-usage
 */
export async function putArtifact(
  registry: Registry,
  repository: string,
  tags: string[],
  artifact: Artifact,
): Promise<void> {
  const there = emptied.get(registry) ?? new Set()
  emptied.set(registry, there)
  const asked = !there.has(repository)
  if (asked) await emptying(() => registry.putBlob(repository, EMPTY_BYTES))
  there.add(repository)
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      artifactType: artifact.artifactType,
      config: { mediaType: EMPTY, digest: digestOf(EMPTY_BYTES), size: EMPTY_BYTES.length, data: 'e30=' },
      layers: artifact.layers,
      annotations: { ...artifact.annotations, [WRITTEN]: new Date().toISOString() },
    }),
  )
  try {
    for (const tag of tags) await registry.putManifest(repository, tag, MANIFEST, bytes)
  } catch (thrown) {
    there.delete(repository)
    // Garbage collection, or a back-up that was put back, may have taken the blob away since.
    if (asked || toFailure(thrown).code !== 'registry_error') throw thrown
    await putArtifact(registry, repository, tags, artifact)
  }
}

/** The artifact behind a tag; undefined where there is none. */
export async function getArtifact(
  registry: Registry,
  repository: string,
  tag: string,
): Promise<(Artifact & { digest: string }) | undefined> {
  const manifest = await registry.manifest(repository, tag)
  return manifest && { ...parse(manifest), digest: manifest.digest }
}

function parse({ bytes, digest }: Manifest): Artifact {
  try {
    const {
      artifactType = '',
      annotations = {},
      layers = [],
    } = JSON.parse(bytes.toString()) as Partial<Artifact>
    const { [WRITTEN]: _, ...said } = annotations
    return { artifactType, annotations: said, layers }
  } catch (error) {
    throw new Failure('registry_torn', words.halfKept(digest), error)
  }
}
