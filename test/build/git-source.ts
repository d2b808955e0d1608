import { createReadStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { git, gitAnywhere } from '../../local/github/git.ts'
import { type Files, writeCommit } from '../../local/github/write-commit.ts'

/** A commit that git made, and its tarball as GitHub serves it. `ids` are git's own: `mode blob` by path. */
export type GitSource = {
  folder: string
  tarball: string
  sha: string
  ids: Record<string, string>
  remove(): void
}

export async function gitSource(files: Files): Promise<GitSource> {
  const folder = mkdtempSync(join(tmpdir(), 'git-source-'))
  const directory = join(folder, 'shop.git')
  mkdirSync(directory)
  await gitAnywhere(['init', '--quiet', '--bare', directory])
  const at = new Date('2026-11-22T18:00:00Z')
  const sha = await writeCommit(directory, {
    ref: 'refs/heads/develop',
    parent: undefined,
    files,
    message: 'All',
    at,
  })
  const prefix = `--prefix=acme-shop-${sha.slice(0, 7)}/`
  const tarball = join(folder, 'source.tar.gz')
  writeFileSync(tarball, await git(directory, ['archive', '--format=tar.gz', prefix, sha]))
  const listed = (await git(directory, ['ls-tree', '-r', '-z', sha])).toString().split('\0').slice(0, -1)
  const ids = listed.map((line) => {
    const [, mode, blob, path = ''] = /^(\d+) blob (\w+)\t(.*)$/s.exec(line) ?? []
    return [path, `${mode} ${blob}`]
  })
  return {
    folder,
    tarball,
    sha,
    ids: Object.fromEntries(ids),
    remove: () => rmSync(folder, { recursive: true }),
  }
}

/** A tarball on the disk as it comes from GitHub; what is kept of it lies beside it. */
export function archiveIn(tarball: string) {
  return { archive: createReadStream(tarball), folder: dirname(tarball) }
}

/** The same as a source that can be read once. */
export function sourceIn(tarball: string) {
  const { archive, folder } = archiveIn(tarball)
  return { archive: () => archive, folder }
}
