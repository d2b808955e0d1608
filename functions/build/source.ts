import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { KEPT } from './kept-source.ts'
import { pullSource } from './pull-source.ts'
import type { SourceTree } from './source-tree.ts'
import type { Wanted } from './submodules.ts'
import type { Workshop } from './workshop.ts'

const PREFIX = 'artefacto-source-'

/** The source of a commit, and a folder for what is kept of it until its merge ends. */
export type Source = {
  folder: string
  /** Its archive, which can be read once. */
  archive(): Readable | Promise<Readable>
  /** What is wanted of it without the archive, where most is here from the merge before; undefined where it is not. */
  pull?(wanted: Wanted): Promise<SourceTree | undefined>
  /** Takes what was read, for the next merge. */
  keep?(tree: SourceTree): void
}

/** Where the folder holds the files of an archive, one after another. The first is the commit's own. */
export function filesIn(folder: string, archive = 0): string {
  return join(folder, `source-${archive}`)
}

/** Where it holds what came from Git LFS. */
export function contentIn(folder: string, oid: string): string {
  return join(folder, `lfs-${oid}`)
}

/**
 * Asks for a commit's source, and lends it to `use`, which reads it as it comes or does not want it after all. Takes
 * everything away in the end, but for what the next commit of this repository may have; nothing without its id.
 */
export async function withSource<T>(
  shop: Pick<Workshop, 'github' | 'access' | 'keptSources'>,
  commit: { repositoryId?: number; repository: string; sha: string },
  use: (source: Source) => Promise<T>,
): Promise<T> {
  const { repositoryId, repository, sha } = commit
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`))
  const kept = await keptFor(shop, repository, repositoryId, folder)
  const listed = kept?.lent && shop.github.tree(repository, sha)
  const asked = () => shop.github.tarball(repository, sha)
  let archive = kept?.lent ? undefined : asked()
  // That it did not come is for who wants it.
  for (const question of [listed, archive]) question?.catch(() => {})
  const read: SourceTree[] = []
  const source: Source = { folder, archive: () => (archive ??= asked()) }
  if (kept) source.keep = (tree) => void read.push(tree)
  if (kept?.lent && listed) {
    const { lent } = kept
    source.pull = (wanted) =>
      pullSource({ listed, blob: (id) => shop.github.blob(repository, id), lent, folder }, wanted)
  }
  try {
    return await use(source)
  } finally {
    for (const tree of read) await kept?.keep(tree)
    void archive?.then((stream) => stream.destroy()).catch(() => {})
    await rm(folder, { recursive: true, force: true })
  }
}

/** Who asks in nobody's name may ask GitHub so seldom that one question for everything is best. */
async function keptFor(
  { access, keptSources }: Pick<Workshop, 'access' | 'keptSources'>,
  repository: string,
  id: number | undefined,
  folder: string,
) {
  if (id === undefined) return undefined
  const named = await access.credential(repository).catch(() => undefined)
  if (named?.token === undefined) return undefined
  return { lent: await keptSources.lend(id, folder), keep: (tree: SourceTree) => keptSources.keep(id, tree) }
}

/** Takes away what processes that are gone have left; a process that was killed could not. */
export async function sweepSources(): Promise<void> {
  const names = await readdir(tmpdir())
  const left = names.filter((name) => {
    const prefix = [PREFIX, KEPT].find((one) => name.startsWith(one))
    return prefix !== undefined && !alive(Number(name.slice(prefix.length).split('-')[0]))
  })
  await Promise.all(left.map((name) => rm(join(tmpdir(), name), { recursive: true, force: true })))
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
