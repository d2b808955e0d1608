import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Workshop } from './workshop.ts'

const PREFIX = 'artefacto-source-'

/** The source of a commit: its archive, which can be read once, and a folder for what is kept of it. */
export type Source = { archive: Readable | Promise<Readable>; folder: string }

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
 * everything away in the end.
 */
export async function withSource<T>(
  shop: Workshop,
  commit: { repository: string; sha: string },
  use: (source: Source) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`))
  const archive = shop.github.tarball(commit.repository, commit.sha)
  // That it did not come is for who wants it.
  const arrived = archive.catch(() => undefined)
  try {
    return await use({ archive, folder })
  } finally {
    void arrived.then((stream) => stream?.destroy())
    await rm(folder, { recursive: true, force: true })
  }
}

/** Takes away what processes that are gone have left; a process that was killed could not. */
export async function sweepSources(): Promise<void> {
  const names = await readdir(tmpdir())
  const left = names.filter(
    (name) => name.startsWith(PREFIX) && !alive(Number(name.slice(PREFIX.length).split('-')[0])),
  )
  await Promise.all(left.map((name) => rm(join(tmpdir(), name), { recursive: true, force: true })))
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
