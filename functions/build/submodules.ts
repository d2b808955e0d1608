import { Failure } from '../shared/failure.ts'
import { ENTRY_LIMIT, UNPACKED_LIMIT } from './archive.ts'
import { fewAtOnce } from './few-at-once.ts'
import { TARBALL_LIMIT } from './github.ts'
import { type Submodule, submodulesIn } from './gitmodules.ts'
import { filesIn, type Source } from './source.ts'
import { GITMODULES, inside, readTree, type SourceTree } from './source-tree.ts'
import type { Archived, Commit, Sources } from './sources.ts'
import { type Room, type Spool, withSpool } from './spool.ts'
import * as refusals from './words/refusals.ts'

/** How deep submodules may lie in submodules, and how many a commit may have that count. */
const DEPTH = 5
const MOST = 100

/** What is wanted of a source, by paths in it: folders, and files whose bytes decide about others. */
export type Wanted = { contexts: readonly string[]; texts: readonly string[] }

/** What one reading has in common: `named` submodules so far, `count` archives that are begun. */
type Reading = {
  sources: Sources
  folder: string
  named: number
  count: number
  /** How much more there may be of the submodules' archives and, where files are to be kept, of these. */
  archives: Room
  room: Room | undefined
}

/**
 * Reads a commit's archive as `readTree` does, and those of the submodules in or above the wanted folders. Where none
 * is, nothing is asked for. The limits are those of a source without submodules. What is to be built is kept: the bytes
 * of its files lie in the folder then.
 */
export async function readSource(
  sources: Sources,
  commit: Commit,
  source: Source,
  contexts: readonly string[],
  texts: readonly string[],
  keep: boolean,
): Promise<SourceTree> {
  const { folder } = source
  const wanted = { contexts, texts }
  const room = keep ? { left: UNPACKED_LIMIT } : undefined
  const reading = { sources, folder, named: 0, count: 0, archives: { left: TARBALL_LIMIT }, room }
  const pulled = keep ? await source.pull?.(wanted) : undefined
  const tree = pulled ?? (await read(reading, { ...commit, archive: await source.archive() }, wanted, DEPTH))
  const size = [...tree.files.values()].reduce((sum, file) => sum + file.size, 0)
  if (tree.files.size > ENTRY_LIMIT) throw refused(refusals.tooManyFiles(ENTRY_LIMIT))
  if (size > UNPACKED_LIMIT) throw refused(refusals.unpacksTo(UNPACKED_LIMIT / 1024 ** 3))
  if (keep) source.keep?.(tree)
  return tree
}

async function read(
  reading: Reading,
  commit: Archived,
  { contexts, texts }: Wanted,
  depth: number,
): Promise<SourceTree> {
  const { folder, room } = reading
  const look = (spool?: Spool) => readTree({ ...commit, folder }, commit.sha, contexts, texts, spool)
  const file = filesIn(folder, reading.count)
  reading.count += 1
  const tree = await (room ? withSpool(file, room, look) : look())
  const followed = submodulesIn(tree.texts.get(GITMODULES)?.toString('utf8') ?? '')
    .map((submodule) => ({ submodule, wanted: wantedOf(submodule.path, { contexts, texts }) }))
    .filter(({ wanted }) => wanted.contexts.length > 0)
  reading.named += followed.length
  if (reading.named > MOST) throw refused(refusals.submodulesMany(MOST))
  if (depth === 0 && followed[0]) throw refused(refusals.submodulesDeep(followed[0].submodule.path, DEPTH))
  const parts = await fewAtOnce(followed, ({ submodule, wanted }) =>
    readSubmodule(reading, commit, submodule, wanted, depth - 1),
  )
  for (const part of parts) if (part) add(tree, part)
  return tree
}

async function readSubmodule(
  reading: Reading,
  parent: Commit,
  submodule: Submodule,
  wanted: Wanted,
  depth: number,
): Promise<SourceTree | undefined> {
  const found = await reading.sources.submodule(parent, submodule, reading.archives)
  if (found === undefined) return undefined
  const tree = await read(reading, found, wanted, depth)
  const { repository } = found
  return below(submodule.path, { ...tree, submodules: [{ repository, at: '' }, ...tree.submodules] })
}

/** The same with all paths in a folder of its parent. */
function below(folder: string, { files, texts, submodules, ...rest }: SourceTree): SourceTree {
  const moved = <T>(map: Map<string, T>) =>
    new Map([...map].map(([path, value]) => [`${folder}/${path}`, value]))
  const at = submodules.map((part) => ({ ...part, at: part.at ? `${folder}/${part.at}` : folder }))
  return { files: moved(files), texts: moved(texts), submodules: at, ...rest }
}

function add(tree: SourceTree, { files, texts, submodules }: SourceTree): void {
  for (const [path, file] of files) {
    if (tree.files.has(path)) throw refused(refusals.thereTwice(path))
    tree.files.set(path, file)
  }
  for (const [path, text] of texts) tree.texts.set(path, text)
  tree.submodules.push(...submodules)
}

/** What is wanted of a submodule: all of it where it lies in a folder, no folder where it has none of them. */
function wantedOf(path: string, { contexts, texts }: Wanted): Wanted {
  const own = (paths: readonly string[]) =>
    paths.filter((one) => inside(one, path)).map((one) => one.slice(path.length + 1))
  const whole = contexts.some((context) => context === path || inside(path, context))
  return { contexts: whole ? [''] : own(contexts), texts: own(texts) }
}

function refused(message: string): Failure {
  return new Failure('source_refused', message)
}
