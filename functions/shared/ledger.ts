import pLimit from 'p-limit'
import { getArtifact, type Layer, putArtifact } from './artifact.ts'
import { BUILD_ID, BUILD_TYPE, type BuildRecord, buildAnnotations, readBuild } from './build-record.ts'
import { MERGE_TYPE, type MergeRecord, mergeAnnotations, readMerge } from './merge-record.ts'
import type { Registry } from './registry.ts'

const OWNER_TYPE = 'application/vnd.artefacto.owner.v1+json'
const START_TYPE = 'application/vnd.artefacto.start.v1+json'

const SHA = /^[0-9a-f]{40}$/

export type Owner = { repositoryId: number; repository: string }

/**
 * What artefacto has promised and done, as OCI artifacts in the registry itself: no database (docs/decisions/0001).
 * `merges/<repository id>` has a tag a merge (its sha), `newest` and `start`; `builds/<service>` a tag a build, `published`
 * on the newest one that is in the registry, and `owner`.
 */
export type Ledger = ReturnType<typeof openLedger>

export function openLedger(registry: Registry) {
  // `newest` and `published` are read, compared and written: one at a time.
  const ordered = pLimit(1)
  const merges = (repositoryId: number) => `merges/${repositoryId}`
  const builds = (service: string) => `builds/${service}`

  const mergeAt = async (repositoryId: number, tag: string): Promise<MergeRecord | undefined> => {
    const artifact = await getArtifact(registry, merges(repositoryId), tag)
    return artifact && readMerge(artifact.annotations)
  }
  const buildAt = async (service: string, tag: string): Promise<BuildRecord | undefined> => {
    const artifact = await getArtifact(registry, builds(service), tag)
    return artifact && readBuild(artifact.annotations, artifact.layers)
  }

  const forget = async (repository: string, tag: string): Promise<void> => {
    const digest = await registry.head(repository, tag)
    if (digest !== undefined) await registry.deleteManifest(repository, digest)
  }

  return {
    merge: mergeAt,
    newest: (repositoryId: number) => mergeAt(repositoryId, 'newest'),

    /** Writes a merge, and `newest` where it is: by time of merge, never by arrival. */
    writeMerge: (record: MergeRecord): Promise<void> =>
      ordered(async () => {
        const newest = record.time === undefined ? undefined : await mergeAt(record.repositoryId, 'newest')
        const leads = record.time !== undefined && (newest?.time ?? 0) <= record.time
        const tags = leads ? [record.sha, 'newest'] : [record.sha]
        const artifact = { artifactType: MERGE_TYPE, annotations: mergeAnnotations(record), layers: [] }
        await putArtifact(registry, merges(record.repositoryId), tags, artifact)
      }),

    /** Drops a merge's record: one that turned out to be none (an ordinary push), or is too old to be kept. */
    forgetMerge: ({ repositoryId, sha }: Pick<MergeRecord, 'repositoryId' | 'sha'>): Promise<void> =>
      forget(merges(repositoryId), sha),

    /** The shas that have a record. */
    async mergeShas(repositoryId: number): Promise<string[]> {
      return (await registry.tags(merges(repositoryId))).filter((tag) => SHA.test(tag))
    },

    /** Merges from before this time (ms since 1970) are none of ours; undefined until a repository is first seen. */
    async start(repositoryId: number): Promise<number | undefined> {
      const artifact = await getArtifact(registry, merges(repositoryId), 'start')
      return artifact && Number(artifact.annotations['artefacto.time'])
    },
    async writeStart(repositoryId: number, time: number): Promise<void> {
      const annotations = { 'artefacto.time': String(time) }
      const artifact = { artifactType: START_TYPE, annotations, layers: [] }
      await putArtifact(registry, merges(repositoryId), ['start'], artifact)
    },

    /** The ids of the repositories that have a merge. */
    async repositoryIds(): Promise<number[]> {
      const names = await registry.repositories('merges/')
      return names.map((name) => Number(name.slice('merges/'.length))).filter(Number.isSafeInteger)
    },

    build: buildAt,
    published: (service: string) => buildAt(service, 'published'),

    /** Writes a service's record, and `published` where it is the newest that stands in the registry. */
    writeBuild: (record: BuildRecord): Promise<void> =>
      ordered(async () => {
        const stands = record.state === 'built' || record.state === 'unchanged'
        const published = stands ? await buildAt(record.service, 'published') : undefined
        const leads = stands && (published?.time ?? 0) <= record.time
        const tags = leads ? [record.id, 'published'] : [record.id]
        const artifact = {
          artifactType: BUILD_TYPE,
          annotations: buildAnnotations(record),
          layers: record.logs,
        }
        await putArtifact(registry, builds(record.service), tags, artifact)
      }),

    /** The ids of a service's builds, newest first. */
    async buildIds(service: string): Promise<string[]> {
      return (await registry.tags(builds(service))).filter((tag) => BUILD_ID.test(tag)).reverse()
    },

    /** Drops a build's record and its logs, which garbage collection takes away. */
    forgetBuild: (service: string, id: string): Promise<void> => forget(builds(service), id),

    /** The services that have a record. */
    async services(): Promise<string[]> {
      return (await registry.repositories('builds/')).map((name) => name.slice('builds/'.length))
    },

    putLog: (service: string, bytes: Buffer): Promise<string> => registry.putBlob(builds(service), bytes),
    log: (service: string, layer: Layer): Promise<Buffer> => registry.blob(builds(service), layer.digest),

    /** Which repository a service name belongs to; undefined while nobody has named it. */
    async owner(service: string): Promise<Owner | undefined> {
      const artifact = await getArtifact(registry, builds(service), 'owner')
      if (artifact === undefined) return undefined
      const { 'artefacto.repositoryId': id, 'artefacto.repository': repository = '' } = artifact.annotations
      return { repositoryId: Number(id), repository }
    },

    async writeOwner(service: string, owner: Owner): Promise<void> {
      const annotations = {
        'artefacto.repositoryId': String(owner.repositoryId),
        'artefacto.repository': owner.repository,
      }
      await putArtifact(registry, builds(service), ['owner'], {
        artifactType: OWNER_TYPE,
        annotations,
        layers: [],
      })
    },
  }
}
