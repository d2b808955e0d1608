import { join } from 'node:path'
import type { Sources } from '../functions/build/sources.ts'
import { repositoryOf } from '../functions/build/submodule-url.ts'
import { Failure } from '../functions/shared/failure.ts'
import { archiveOf, type Committed, gitIn } from './committed.ts'
import { readTree } from './github/tree.ts'

/** A repository on this machine, and where its files are checked out. */
type Place = { gitFolder: string; top: string }

/**
 * What a commit's archive leaves out, from where `git submodule update` has put it. Whether GitHub has what lies in
 * Git LFS is not known here.
 */
export function sourcesOnDisk({ gitFolder, path, sha }: Committed, githubUrl: string): Sources {
  const places = new Map<string, Promise<Place>>([[sha, topOf(path).then((top) => ({ gitFolder, top }))]])
  return {
    async submodule(of, submodule) {
      const parent = (await places.get(of.sha)) as Place
      const found = await readTree(parent.gitFolder, of.sha, { path: submodule.path })
      const link = found.find((entry) => entry.type === 'commit' && entry.path === submodule.path)
      if (link === undefined) return undefined
      const repository = repositoryOf(submodule, of.repository, githubUrl)
      const top = join(parent.top, submodule.path)
      const { sha } = link
      const gitFolder = await gitFolderOf(top, sha).catch(() => {
        throw new Failure('source_broken', notHere(submodule.path, sha))
      })
      places.set(sha, Promise.resolve({ gitFolder, top }))
      return { repository, sha, archive: archiveOf({ gitFolder, sha }) }
    },
    contents: async (_repository, pointers) =>
      new Map(pointers.map(({ oid }) => [oid, { href: '', header: {} }])),
  }
}

const notHere = (path: string, sha: string) =>
  `the submodule ${path} is not on this machine at ${sha.slice(0, 7)}: git submodule update --init --recursive`

/** A bare repository has its submodules nowhere. */
async function topOf(path: string): Promise<string> {
  const top = await gitIn(path, ['rev-parse', '--show-toplevel']).catch(() => Buffer.from(path))
  return top.toString().trim()
}

/** Of a repository that has this commit. */
async function gitFolderOf(path: string, sha: string): Promise<string> {
  await gitIn(path, ['cat-file', '-e', `${sha}^{commit}`])
  return (await gitIn(path, ['rev-parse', '--absolute-git-dir'])).toString().trim()
}
