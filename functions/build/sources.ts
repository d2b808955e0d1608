import { Failure } from '../shared/failure.ts'
import { allowed } from '../shared/repositories.ts'
import type { Config } from './config.ts'
import type { GitHub } from './github.ts'
import type { Submodule } from './gitmodules.ts'
import type { Lfs, Link } from './lfs.ts'
import type { Pointer } from './lfs-pointer.ts'
import { repositoryOf } from './submodule-url.ts'
import * as words from './words/github.ts'

/** A commit of a repository. */
export type Commit = { repository: string; sha: string }

/** What a commit's tarball leaves out, and where it can be had. */
export type Sources = {
  /** Writes the tarball of the submodule that the commit has at this path into a file; undefined where it has none. */
  submodule(of: Commit, submodule: Submodule, file: string): Promise<Commit | undefined>
  /** Where each content of Git LFS is; one that is nowhere is left out. */
  contents(repository: string, pointers: Pointer[]): Promise<Map<string, Link>>
}

/**
 * The sources at GitHub. A submodule is another repository: with the token, whoever may merge into one could read every
 * private one, so a private one must be in `repositories` as well. GitHub shows no difference to one that is not there.
 */
export function sourcesAtGitHub(config: Config, github: GitHub, lfs: Lfs): Sources {
  return {
    async submodule(of, submodule, file) {
      const sha = await github.gitlink(of.repository, of.sha, submodule.path)
      if (sha === undefined) return undefined
      const repository = repositoryOf(submodule, of.repository, config.githubUrl)
      const shown =
        allowed(config.repositories, repository) || (await github.repository(repository))?.private === false
      if (!shown || !(await github.archive(repository, sha, file)))
        throw new Failure(
          'github_refused',
          words.submoduleNotShown(submodule.path, repository, sha.slice(0, 7)),
        )
      return { repository, sha }
    },
    contents: lfs.find,
  }
}
