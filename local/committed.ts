import { Readable } from 'node:stream'
import { trusting } from './github/adopt.ts'
import { GitError, git, gitAnywhere, gitStream } from './github/git.ts'

/** A commit of a git repository on this machine. */
export type Committed = { gitFolder: string; path: string; sha: string; time: number }

/** Finds a commit; that there is no repository or no such commit is an Error with a sentence. */
export async function findCommit(path: string, ref: string): Promise<Committed> {
  const at = async (...args: string[]) => (await gitIn(path, args)).toString().trim()
  const gitFolder = await at('rev-parse', '--absolute-git-dir').catch(() => {
    throw new Error(`${path} is not in a git repository`)
  })
  const sha = await at('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`).catch(
    () => {
      throw new Error(`${path} has no commit ${ref}`)
    },
  )
  return { gitFolder, path, sha, time: Number(await at('log', '-1', '--format=%ct', sha)) * 1000 }
}

/** A file at the root of the commit; undefined where there is none. */
export async function fileAt({ gitFolder, sha }: Committed, name: string): Promise<Buffer | undefined> {
  return git(gitFolder, ['cat-file', 'blob', `${sha}:${name}`]).catch((error: unknown) => {
    if (error instanceof GitError) return undefined
    throw error
  })
}

/** The commit's source, as GitHub serves it. */
export function archiveOf({ gitFolder, sha }: Pick<Committed, 'gitFolder' | 'sha'>): Readable {
  const prefix = `--prefix=local-repository-${sha.slice(0, 7)}/`
  return Readable.from(gitStream(gitFolder, ['archive', '--format=tar.gz', prefix, sha]))
}

/** How many files below these paths are not as they are committed; none where nothing is checked out. */
export async function uncommitted({ path }: Committed, paths: string[]): Promise<number> {
  const top = await gitIn(path, ['rev-parse', '--show-toplevel']).catch(() => undefined)
  if (top === undefined) return 0
  // Without its optional locks it writes nothing, not even an index that is only fresher.
  const args = ['--no-optional-locks', 'status', '--porcelain', '-z', '--no-renames', '--', ...paths]
  return (await gitIn(top.toString().trim(), args)).toString().split('\0').filter(Boolean).length
}

/** `owner/repo` of the remote origin, where that is GitHub's or looks like it. */
export async function originOf(commit: Committed): Promise<string | undefined> {
  return (await origin(commit))?.[2]
}

/** Where GitHub is, by the same remote; github.com where it does not say. */
export async function githubOf(commit: Committed): Promise<string> {
  return `https://${(await origin(commit))?.[1] ?? 'github.com'}`
}

async function origin({ gitFolder }: Committed): Promise<RegExpExecArray | null> {
  const url = await git(gitFolder, ['config', '--get', 'remote.origin.url']).catch(() => Buffer.alloc(0))
  const form =
    /^(?:(?:https?|ssh):\/\/(?:[^/@]+@)?|[\w.-]+@)([\w.-]+)(?::\d+)?[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/
  return form.exec(url.toString().trim())
}

export function gitIn(path: string, args: string[]): Promise<Buffer> {
  return trusting((environment) => gitAnywhere(['-C', path, ...args], environment))
}
