import { getArtifact, type Layer, putArtifact } from './artifact.ts'
import { type Branches, branchTag, isOf } from './branches.ts'
import {
  BUILD_ID,
  BUILD_TYPE,
  type BuildRecord,
  buildAnnotations,
  isPublished,
  readBuild,
} from './build-record.ts'
import { Failure } from './failure.ts'
import type { Writer } from './ledger.ts'
import { type Mended, mended } from './mended.ts'
import { type Registry, unlessTorn } from './registry.ts'
import { removeTag } from './remove-tag.ts'
import * as words from './words.ts'

const OWNER_TYPE = 'application/vnd.artefacto.owner.v1+json'

export type Owner = { repositoryId: number; repository: string }

/** What the ledger says is published of a service by each branch. */
type Published = ReadonlyMap<string, Mended<BuildRecord> | undefined>

/** `builds/<service>`: a tag a build, `published` on the newest one of each branch that is in the registry, and `owner`. */
export function buildsIn(registry: Registry, writer: Writer, branches: Branches) {
  const builds = (service: string) => `builds/${service}`

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

  const build = (service: string, id: string) => unlessTorn(buildAt(service, id), () => undefined)
  const buildIds = async (service: string): Promise<string[]> =>
    (await registry.tags(builds(service))).filter((tag) => BUILD_ID.test(tag)).reverse()

  const findBuild = async (service: string, fits: (record: BuildRecord) => boolean, after = 0) => {
    for (const id of await buildIds(service)) {
      if (Number(id.slice(0, 13)) <= after) break
      const record = await build(service, id)
      if (record && fits(record)) return record
    }
    return undefined
  }
  const publishedTag = (branch: string) => branchTag('published', branch, branches)
  const findPublished = (service: string, branch: string) =>
    findBuild(service, (record) => isPublished(record) && isOf(record, branch))
  // As `newest` of merges: the tag may be of another branch.
  const published = async (
    service: string,
    branch: string = branches[0],
  ): Promise<Mended<BuildRecord> | undefined> => {
    const found = await unlessTorn(buildAt(service, publishedTag(branch)), async () =>
      mended(await findPublished(service, branch)),
    )
    return found && isOf(found, branch) ? found : undefined
  }
  const allPublished = async (service: string): Promise<Published> =>
    new Map(
      await Promise.all(branches.map(async (branch) => [branch, await published(service, branch)] as const)),
    )

  const putBuild = (record: BuildRecord, before: Published): Promise<void> => {
    const leads = branches.filter(
      (branch) =>
        isPublished(record) && isOf(record, branch) && (before.get(branch)?.time ?? 0) <= record.time,
    )
    const tags = [record.id, ...leads.map(publishedTag)]
    const artifact = { artifactType: BUILD_TYPE, annotations: buildAnnotations(record), layers: record.logs }
    return putArtifact(registry, builds(record.service), tags, artifact)
  }

  return {
    build,
    published,
    findPublished,

    /** Writes a service's record, and `published` of its branches where it is the newest that stands in the registry. */
    writeBuild: (record: BuildRecord): Promise<void> =>
      writer(builds(record.service))(async () =>
        putBuild(record, isPublished(record) ? await allPublished(record.service) : new Map()),
      ),

    /**
     * Rewrites a service's record, if there is one, and `published` as above. `change` is shown what all of these tags
     * say, and gives what is to stand there; undefined where that is so already.
     */
    changeBuild: (
      service: string,
      id: string,
      change: (found: BuildRecord, before: Published) => BuildRecord | undefined,
    ): Promise<void> =>
      writer(builds(service))(async () => {
        const [found, before] = await Promise.all([build(service, id), allPublished(service)])
        const record = found && change(found, before)
        if (record) await putBuild(record, before)
      }),

    /** The ids of a service's builds, newest first. */
    buildIds,

    /** The newest build of a service that fits, of a merge after `after` (ms since 1970). */
    findBuild,

    /** Drops a build's record and its logs, which garbage collection takes away. */
    forgetBuild: (service: string, id: string): Promise<void> =>
      removeTag(registry, builds(service), id, { listed: true }),

    /** The services that have a record. */
    async services(): Promise<string[]> {
      return (await registry.repositories('builds/')).map((name) => name.slice('builds/'.length))
    },

    /** A log is of one attempt, and new. */
    putLog: (service: string, bytes: Buffer): Promise<string> => registry.uploadBlob(builds(service), bytes),
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
