import pLimit from 'p-limit'
import { getArtifact, putArtifact } from './artifact.ts'
import type { Writer } from './ledger.ts'
import { type Mended, mended } from './mended.ts'
import { MERGE_TYPE, type MergeRecord, mergeAnnotations, readMerge } from './merge-record.ts'
import { type Registry, unlessTorn } from './registry.ts'
import { removeTag } from './remove-tag.ts'

const START_TYPE = 'application/vnd.artefacto.start.v1+json'

const SHA = /^[0-9a-f]{40}$/

/** Records that are read at once where all of a repository are: each costs the registry a password check. */
const AT_ONCE = 8

/** `merges/<repository id>`: a tag a merge (its sha), `newest` and `start`. */
export function mergesIn(registry: Registry, writer: Writer) {
  const limit = pLimit(AT_ONCE)
  const merges = (repositoryId: number) => `merges/${repositoryId}`

  const mergeAt = async (repositoryId: number, tag: string): Promise<MergeRecord | undefined> => {
    const artifact = await getArtifact(registry, merges(repositoryId), tag)
    return artifact && readMerge(artifact.annotations)
  }
  const startAt = async (repositoryId: number): Promise<number | undefined> => {
    const artifact = await getArtifact(registry, merges(repositoryId), 'start')
    return artifact && Number(artifact.annotations['artefacto.time'])
  }

  // What is torn is as good as gone: whoever needs it does it again, and writes it anew (failure.ts, registry_torn).
  const merge = (repositoryId: number, sha: string) => unlessTorn(mergeAt(repositoryId, sha), () => undefined)
  const mergeShas = async (repositoryId: number): Promise<string[]> =>
    (await registry.tags(merges(repositoryId))).filter((tag) => SHA.test(tag))

  const readMerges = async (repositoryId: number, shas: string[]): Promise<MergeRecord[]> => {
    const records = await limit.map(shas, (sha) => merge(repositoryId, sha))
    return records.filter((record) => record !== undefined)
  }

  // What the tags beside the records say can be read out of the records, too.
  const dated = async (repositoryId: number): Promise<MergeRecord[]> => {
    const all = await readMerges(repositoryId, await mergeShas(repositoryId))
    return all.filter((record) => record.time !== undefined).sort(byTime)
  }
  const newest = (repositoryId: number): Promise<Mended<MergeRecord> | undefined> =>
    unlessTorn(mergeAt(repositoryId, 'newest'), async () => mended((await dated(repositoryId)).at(-1)))

  return {
    merge,
    newest,

    /** These merges of a repository, as many of them as have a record that can be read. */
    readMerges,

    /**
     * Writes a merge, and `newest` where it is: by time of merge, never by arrival. `look` is shown what stands there
     * just before; nothing is written where it throws. While it publishes, `newest` goes on saying that it builds: to
     * whoever goes by that tag it is the same.
     */
    writeMerge: (record: MergeRecord, look?: (found: MergeRecord | undefined) => void): Promise<void> =>
      writer(merges(record.repositoryId))(async () => {
        const { repositoryId, sha, time, state } = record
        const shown = time !== undefined && state !== 'publishing'
        const [found, before] = await Promise.all([
          look && merge(repositoryId, sha),
          shown ? newest(repositoryId) : undefined,
        ])
        look?.(found)
        const leads = shown && (before?.time ?? 0) <= time
        const artifact = { artifactType: MERGE_TYPE, annotations: mergeAnnotations(record), layers: [] }
        await putArtifact(registry, merges(repositoryId), leads ? [sha, 'newest'] : [sha], artifact)
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
  }
}

const byTime = (one: MergeRecord, other: MergeRecord) => (one.time ?? 0) - (other.time ?? 0)
