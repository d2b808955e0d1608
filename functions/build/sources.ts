import type { Readable } from 'node:stream'
import { Failure } from '../shared/failure.ts'
import type { GitHub } from './github.ts'
import type { Submodule } from './gitmodules.ts'
import type { Lfs, Link } from './lfs.ts'
import type { Pointer } from './lfs-pointer.ts'
import type { Room } from './spool.ts'
import { repositoryOf } from './submodule-url.ts'
import * as words from './words/github.ts'

/** A commit of a repository. */
export type Commit = { repository: string; sha: string }

/** The same with its source as it comes, which can be read once. */
export type Archived = Commit & { archive: Readable }

/** What a commit's tarball leaves out, and where it can be had. */
export type Sources = {
  /** The submodule that the commit has at this path, and its archive, with room for it; undefined where it has none. */
  submodule(of: Commit, submodule: Submodule, room: Room): Promise<Archived | undefined>
  /** Where each content of Git LFS is; one that is nowhere is left out. */
  contents(repository: string, pointers: Pointer[]): Promise<Map<string, Link>>
}

/**
 * The sources at GitHub. A submodule is another repository: with the token, whoever may merge into one could read every
 * private one. So a private one must be `allowed`, and else looks as if it were not there.
 */
export function sourcesAtGitHub(
  githubUrl: string,
  allowed: (repository: string) => boolean,
  github: GitHub,
  lfs: Lfs,
): Sources {
  return {
    async submodule(of, submodule, room) {
      const sha = await github.gitlink(of.repository, of.sha, submodule.path)
      if (sha === undefined) return undefined
      const repository = repositoryOf(submodule, of.repository, githubUrl)
      const shown = allowed(repository) || (await github.repository(repository))?.private === false
      const archive = shown ? await github.archive(repository, sha, room) : undefined
      if (archive === undefined)
        throw new Failure(
          'github_refused',
          words.submoduleNotShown(submodule.path, repository, sha.slice(0, 7)),
        )
      return { repository, sha, archive }
    },
    contents: lfs.find,
  }
}
