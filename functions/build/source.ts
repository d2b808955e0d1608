import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Workshop } from './workshop.ts'

const PREFIX = 'artefacto-source-'

/** Where a folder of `withSource` holds the source. */
export function tarballIn(folder: string): string {
  return join(folder, 'source.tar.gz')
}

/** Where it holds the files of an archive that lies in it, one after another. */
export function filesOf(tarball: string): string {
  return tarball.replace(/\.tar\.gz$/, '.files')
}

/** Where it holds what came from Git LFS. */
export function contentIn(folder: string, oid: string): string {
  return join(folder, `lfs-${oid}`)
}

/** Downloads a commit's source once, lends the folder and the tarball in it to `use`, and takes them away. */
export async function withSource<T>(
  shop: Workshop,
  commit: { repository: string; sha: string },
  use: (folder: string, tarball: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`))
  try {
    const tarball = tarballIn(folder)
    await shop.github.tarball(commit.repository, commit.sha, tarball)
    return await use(folder, tarball)
  } finally {
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
