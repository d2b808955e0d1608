import pLimit from 'p-limit'
import { getArtifact, putArtifact } from './artifact.ts'
import { type Branches, branchesOf, branchTag, isOf } from './branches.ts'
import type { Writer } from './ledger.ts'
import { type Mended, mended } from './mended.ts'
import { MERGE_TYPE, type MergeRecord, mergeAnnotations, readMerge } from './merge-record.ts'
import { type Registry, unlessTorn } from './registry.ts'
import { removeTag } from './remove-tag.ts'

const START_TYPE = 'application/vnd.artefacto.start.v1+json'

const SHA = /^[0-9a-f]{40}$/

/** Records that are read at once where all of a repository are: each costs the registry a password check. */
const AT_ONCE = 8

/** When each branch of a repository was first seen, by its name, in ms since 1970. */
export type Starts = Readonly<Record<string, number>>

/** `merges/<repository id>`: a tag a merge (its sha), `newest` of each branch, and `start`. */
export function mergesIn(registry: Registry, writer: Writer, branches: Branches) {
  const limit = pLimit(AT_ONCE)
  const merges = (repositoryId: number) => `merges/${repositoryId}`

  const mergeAt = async (repositoryId: number, tag: string): Promise<MergeRecord | undefined> => {
    const artifact = await getArtifact(registry, merges(repositoryId), tag)
    return artifact && readMerge(artifact.annotations)
  }
  const newestTag = (branch: string) => branchTag('newest', branch, branches)
  const startsAt = async (repositoryId: number): Promise<Starts> => {
    const artifact = await getArtifact(registry, merges(repositoryId), 'start')
    if (artifact === undefined) return {}
    const { 'artefacto.times': times, 'artefacto.time': time } = artifact.annotations
    if (times !== undefined) return JSON.parse(times) as Starts
    // Of a time when there was but one branch: the one that was merged into last.
    const last = await unlessTorn(mergeAt(repositoryId, 'newest'), () => undefined)
    return { [last ? branchesOf(last)[0] : branches[0]]: Number(time) }
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
  const datedOf = async (repositoryId: number, branch: string) =>
    (await dated(repositoryId)).filter((record) => isOf(record, branch))
  // Where the operator has changed the order of branches, a tag may still say the newest of another one.
  const newest = async (
    repositoryId: number,
    branch: string = branches[0],
  ): Promise<Mended<MergeRecord> | undefined> => {
    const found = await unlessTorn(mergeAt(repositoryId, newestTag(branch)), async () =>
      mended((await datedOf(repositoryId, branch)).at(-1)),
    )
    return found && isOf(found, branch) ? found : undefined
  }
  const starts = (repositoryId: number): Promise<Starts> =>
    unlessTorn(startsAt(repositoryId), async () => {
      const all = await dated(repositoryId)
      const first = branches.map((branch) => [branch, all.find((record) => isOf(record, branch))?.time])
      return Object.fromEntries(first.filter(([, time]) => time !== undefined)) as Starts
    })

  return {
    merge,
    newest,

    /** These merges of a repository, as many of them as have a record that can be read. */
    readMerges,

    /**
     * Writes a merge, and `newest` of its branches where it is: by time of merge, never by arrival. `look` is shown what stands there
     * just before; nothing is written where it throws. While it publishes, `newest` goes on saying that it builds: to
     * whoever goes by that tag it is the same.
     */
    writeMerge: (record: MergeRecord, look?: (found: MergeRecord | undefined) => void): Promise<void> =>
      writer(merges(record.repositoryId))(async () => {
        const { repositoryId, sha, time, state } = record
        const shown = time !== undefined && state !== 'publishing'
        const own = shown ? branches.filter((branch) => isOf(record, branch)) : []
        const [found, before] = await Promise.all([
          look && merge(repositoryId, sha),
          Promise.all(own.map((branch) => newest(repositoryId, branch))),
        ])
        look?.(found)
        const leads = own.filter((_, at) => (before[at]?.time ?? 0) <= (time ?? 0))
        const artifact = { artifactType: MERGE_TYPE, annotations: mergeAnnotations(record), layers: [] }
        await putArtifact(registry, merges(repositoryId), [sha, ...leads.map(newestTag)], artifact)
      }),

    /** Drops a merge's record: one that turned out to be none (an ordinary push), or is too old to be kept. */
    forgetMerge: ({ repositoryId, sha }: Pick<MergeRecord, 'repositoryId' | 'sha'>): Promise<void> =>
      removeTag(registry, merges(repositoryId), sha),

    /** The shas that have a record. */
    mergeShas,

    /** Merges into a branch from before its time are none of ours; it has none until it is first seen. */
    starts,

    /** Changes the times. A branch that the setting does not name has none any more: if it comes back, it is new. */
    changeStarts: (repositoryId: number, change: (starts: Starts) => Starts): Promise<void> =>
      writer(merges(repositoryId))(async () => {
        const wanted = Object.entries(change(await starts(repositoryId)))
        const times = Object.fromEntries(wanted.filter(([branch]) => branches.includes(branch)))
        const annotations = { 'artefacto.times': JSON.stringify(times) }
        const artifact = { artifactType: START_TYPE, annotations, layers: [] }
        await putArtifact(registry, merges(repositoryId), ['start'], artifact)
      }),

    /** What a repository was called by its last merge, of whatever branch. */
    async lastName(repositoryId: number): Promise<string | undefined> {
      for (const branch of branches) {
        const last = await unlessTorn(mergeAt(repositoryId, newestTag(branch)), async () =>
          (await dated(repositoryId)).at(-1),
        )
        if (last) return last.repository
      }
      return undefined
    },

    /** The ids of the repositories that have a merge. */
    async repositoryIds(): Promise<number[]> {
      const names = await registry.repositories('merges/')
      return names.map((name) => Number(name.slice('merges/'.length))).filter(Number.isSafeInteger)
    },
  }
}

const byTime = (one: MergeRecord, other: MergeRecord) => (one.time ?? 0) - (other.time ?? 0)
