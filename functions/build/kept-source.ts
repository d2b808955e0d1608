import { randomUUID } from 'node:crypto'
import { link, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { log } from '../shared/log.ts'
import type { SourceTree, TreeFile } from './source-tree.ts'

/** What folders of kept sources are named with, before the number of their process. */
export const KEPT = 'artefacto-kept-'

/** Files and bytes of all repositories that are kept; the one whose merge is longest ago is forgotten first. */
const MOST_FILES = 50_000
const MOST_BYTES = 256 * 1024 * 1024

/** A source of more pieces, one of each merge that changed something, is downloaded as one again. */
const MOST_PIECES = 20

/** What the last merge had. */
export type Lent = {
  /** The file with this mode and blob id; undefined where there was none. */
  file(mode: string, blob: string): TreeFile | undefined
  /** The blob ids of its .gitattributes. */
  attributes: ReadonlySet<string>
}

export type KeptSources = ReturnType<typeof openKeptSources>

type Kept = { pieces: string[]; bytes: number; files: Map<string, TreeFile>; attributes: Set<string> }

/**
 * The source of each repository's last merge, as a checkout has it that is pulled: its files by their blob ids, and
 * their bytes below /tmp. Whoever borrows has links of its own to the bytes, and keeps them however long it builds. Only
 * in this process: the next one begins with nothing. None of it ever fails: what is not kept is downloaded.
 */
export function openKeptSources() {
  const sources = new Map<number, Kept>()
  let folder: Promise<string> | undefined
  function home(): Promise<string> {
    folder ??= mkdtemp(join(tmpdir(), `${KEPT}${process.pid}-`))
    return folder
  }

  async function replace(repositoryId: number, kept?: Kept): Promise<void> {
    const gone = [sources.get(repositoryId)]
    sources.delete(repositoryId)
    if (kept) sources.set(repositoryId, kept)
    for (const [id, one] of sources) {
      if (
        sum(sources, ({ files }) => files.size) <= MOST_FILES &&
        sum(sources, ({ bytes }) => bytes) <= MOST_BYTES
      )
        break
      sources.delete(id)
      gone.push(one)
    }
    await remove(gone.flatMap((one) => one?.pieces ?? []))
  }

  return {
    /** Lends what there is of a repository, with links in the borrower's folder, which lives as long as it needs them. */
    async lend(repositoryId: number, into: string): Promise<Lent | undefined> {
      const kept = sources.get(repositoryId)
      if (kept === undefined || kept.pieces.length > MOST_PIECES) return undefined
      const own = new Map(kept.pieces.map((piece, at) => [piece, join(into, `kept-${at}`)]))
      try {
        for (const [piece, place] of own) await link(piece, place)
      } catch (error) {
        log('source_not_lent', { error })
        return undefined
      }
      return {
        file(mode, blob) {
          const file = kept.files.get(keyOf(mode, blob))
          if (file?.bytes === undefined) return file
          return { ...file, bytes: { ...file.bytes, file: own.get(file.bytes.file) as string } }
        },
        attributes: kept.attributes,
      }
    },

    /** Keeps a source whose bytes lie in a folder that is taken away after this, in place of the one before. */
    async keep(repositoryId: number, { files, attributes, plain }: SourceTree): Promise<void> {
      const pieces = new Map<string, string>()
      try {
        if (!plain || files.size > MOST_FILES) return await replace(repositoryId)
        const read = new Set([...files.values()].flatMap(({ bytes }) => (bytes ? [bytes.file] : [])))
        const sizes = await Promise.all([...read].map(async (file) => (await stat(file)).size))
        const bytes = sizes.reduce((all, size) => all + size, 0)
        if (bytes > MOST_BYTES) return await replace(repositoryId)
        const at = await home()
        for (const file of read) pieces.set(file, join(at, randomUUID()))
        for (const [file, piece] of pieces) await link(file, piece)
        const kept = [...files.values()].map((file): [string, TreeFile] => {
          const place = file.bytes && { ...file.bytes, file: pieces.get(file.bytes.file) as string }
          return [keyOf(file.mode, file.blob), { ...file, ...(place && { bytes: place }) }]
        })
        await replace(repositoryId, { pieces: [...pieces.values()], bytes, files: new Map(kept), attributes })
      } catch (error) {
        log('source_not_kept', { error })
        await Promise.all([replace(repositoryId), remove(pieces.values())]).catch(() => {})
      }
    },
  }
}

async function remove(pieces: Iterable<string>): Promise<void> {
  await Promise.all([...pieces].map((piece) => rm(piece, { force: true })))
}

/** A link and a file may have one content, and are not the same. */
function keyOf(mode: string, blob: string): string {
  return mode === '120000' ? `link ${blob}` : blob
}

function sum(sources: Map<number, Kept>, of: (kept: Kept) => number): number {
  return [...sources.values()].reduce((all, kept) => all + of(kept), 0)
}
