import pLimit from 'p-limit'
import { getArtifact, type Layer, putArtifact } from './artifact.ts'
import {
  BUILD_ID,
  BUILD_TYPE,
  type BuildRecord,
  buildAnnotations,
  isPublished,
  readBuild,
} from './build-record.ts'
import { Failure } from './failure.ts'
import { MERGE_TYPE, type MergeRecord, mergeAnnotations, readMerge } from './merge-record.ts'
import { type Registry, unlessTorn } from './registry.ts'
import { removeTag } from './remove-tag.ts'
import * as words from './words.ts'

const OWNER_TYPE = 'application/vnd.artefacto.owner.v1+json'
const START_TYPE = 'application/vnd.artefacto.start.v1+json'

const SHA = /^[0-9a-f]{40}$/

/** Read out of the other records, because the registry cannot read its tag: who writes next writes that anew. */
type Mended<T> = T & { torn?: true }

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
  const startAt = async (repositoryId: number): Promise<number | undefined> => {
    const artifact = await getArtifact(registry, merges(repositoryId), 'start')
    return artifact && Number(artifact.annotations['artefacto.time'])
  }
  const ownerAt = async (service: string): Promise<Owner | undefined> => {
    const artifact = await getArtifact(registry, builds(service), 'owner')
    if (artifact === undefined) return undefined
    const { 'artefacto.repositoryId': id, 'artefacto.repository': repository = '' } = artifact.annotations
    return { repositoryId: Number(id), repository }
  }
  const buildAt = async (service: string, tag: string): Promise<BuildRecord | undefined> => {
    const artifact = await getArtifact(registry, builds(service), tag)
    return artifact && readBuild(artifact.annotations, artifact.layers)
  }

  // What is torn is as good as gone: whoever needs it does it again, and writes it anew (failure.ts, registry_torn).
  const merge = (repositoryId: number, sha: string) => unlessTorn(mergeAt(repositoryId, sha), gone)
  const build = (service: string, id: string) => unlessTorn(buildAt(service, id), gone)

  const mergeShas = async (repositoryId: number): Promise<string[]> =>
    (await registry.tags(merges(repositoryId))).filter((tag) => SHA.test(tag))
  const buildIds = async (service: string): Promise<string[]> =>
    (await registry.tags(builds(service))).filter((tag) => BUILD_ID.test(tag)).reverse()

  // What the tags beside the records say can be read out of the records, too.
  const dated = async (repositoryId: number): Promise<MergeRecord[]> => {
    const all = await Promise.all((await mergeShas(repositoryId)).map((sha) => merge(repositoryId, sha)))
    return all.filter((record) => record?.time !== undefined).sort(byTime) as MergeRecord[]
  }
  const newest = (repositoryId: number): Promise<Mended<MergeRecord> | undefined> =>
    unlessTorn(mergeAt(repositoryId, 'newest'), async () => mended((await dated(repositoryId)).at(-1)))
  const findBuild = async (service: string, fits: (record: BuildRecord) => boolean, after = 0) => {
    for (const id of await buildIds(service)) {
      if (Number(id.slice(0, 13)) <= after) break
      const record = await build(service, id)
      if (record && fits(record)) return record
    }
    return undefined
  }
  const published = (service: string): Promise<Mended<BuildRecord> | undefined> =>
    unlessTorn(buildAt(service, 'published'), async () => mended(await findBuild(service, isPublished)))

  return {
    merge,
    newest,

    /** Writes a merge, and `newest` where it is: by time of merge, never by arrival. */
    writeMerge: (record: MergeRecord): Promise<void> =>
      ordered(async () => {
        const before = record.time === undefined ? undefined : await newest(record.repositoryId)
        const leads = record.time !== undefined && (before?.time ?? 0) <= record.time
        const tags = leads ? [record.sha, 'newest'] : [record.sha]
        const artifact = { artifactType: MERGE_TYPE, annotations: mergeAnnotations(record), layers: [] }
        await putArtifact(registry, merges(record.repositoryId), tags, artifact)
      }),

    /** Drops a merge's record: one that turned out to be none (an ordinary push), or is too old to be kept. */
    forgetMerge: ({ repositoryId, sha }: Pick<MergeRecord, 'repositoryId' | 'sha'>): Promise<void> =>
      removeTag(registry, merges(repositoryId), sha),

    /** The shas that have a record. */
    mergeShas,

    /** Merges from before this time (ms since 1970) are none of ours; undefined until a repository is first seen. */
    async start(repositoryId: number): Promise<number | undefined> {
      return unlessTorn(startAt(repositoryId), async () => (await dated(repositoryId))[0]?.time)
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

    build,
    published,

    /** Writes a service's record, and `published` where it is the newest that stands in the registry. */
    writeBuild: (record: BuildRecord): Promise<void> =>
      ordered(async () => {
        const before = isPublished(record) ? await published(record.service) : undefined
        const leads = isPublished(record) && (before?.time ?? 0) <= record.time
        const tags = leads ? [record.id, 'published'] : [record.id]
        const artifact = {
          artifactType: BUILD_TYPE,
          annotations: buildAnnotations(record),
          layers: record.logs,
        }
        await putArtifact(registry, builds(record.service), tags, artifact)
      }),

    /** The ids of a service's builds, newest first. */
    buildIds,

    /** The newest build of a service that fits, of a merge after `after` (ms since 1970). */
    findBuild,

    /** Drops a build's record and its logs, which garbage collection takes away. */
    forgetBuild: (service: string, id: string): Promise<void> => removeTag(registry, builds(service), id),

    /** The services that have a record. */
    async services(): Promise<string[]> {
      return (await registry.repositories('builds/')).map((name) => name.slice('builds/'.length))
    },

    putLog: (service: string, bytes: Buffer): Promise<string> => registry.putBlob(builds(service), bytes),
    log: (service: string, layer: Layer): Promise<Buffer> => registry.blob(builds(service), layer.digest),

    /** Which repository a service name belongs to; undefined while nobody has named it. */
    async owner(service: string): Promise<Mended<Owner> | undefined> {
      return unlessTorn(ownerAt(service), async () => {
        const record = await findBuild(service, () => true)
        if (record) return mended({ repositoryId: record.repositoryId, repository: record.repository })
        // Nobody's only where it was being claimed for the first time: a name must not be free by accident.
        if ((await buildIds(service)).length === 0) return undefined
        throw new Failure('registry_torn', words.ownerTorn(service))
      })
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

const gone = () => undefined

function mended<T>(found: T): Mended<T> {
  return found && { ...found, torn: true }
}

const byTime = (one?: MergeRecord, other?: MergeRecord) => (one?.time ?? 0) - (other?.time ?? 0)
