import { Failure } from '../shared/failure.ts'
import type { Submodule } from './gitmodules.ts'
import * as refusals from './words/refusals.ts'

/**
 * `owner/name` of a submodule's repository, as git would find it from `parent` (https://git-scm.com/docs/git-submodule):
 * relative, or by https, ssh, `git@host:owner/name` or git. Any host but GitHub's own is a Failure `source_refused`:
 * the sources are asked of GitHub alone, and no address that a repository names is ever called.
 */
export function repositoryOf({ path, url }: Submodule, parent: string, githubUrl: string): string {
  const github = new URL(githubUrl)
  const address = addressOf(url, `${githubUrl}/${parent}/`)
  if (address === undefined || address.hostname !== github.hostname)
    throw new Failure('source_refused', refusals.submoduleElsewhere(path, placeOf(address), github.hostname))
  const [, owner = '', name = ''] = /^\/([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(address.pathname) ?? []
  if ([owner, name].some((part) => /^\.{0,2}$/.test(part)))
    throw new Failure('source_refused', refusals.submoduleNameless(path, github.hostname))
  return `${owner}/${name}`
}

/** Without the path and without a password that somebody has written into it. */
function placeOf(address: URL | undefined): string {
  return address?.hostname || `${address?.protocol ?? 'file:'}//`
}

function addressOf(url: string, base: string): URL | undefined {
  const [, host, path] = /^(?:[^@/]+@)?([^:/]+):(?!\/\/)(.*)$/.exec(url) ?? []
  const relative = /^\.\.?\//.test(url)
  try {
    if (host !== undefined && !relative) return new URL(`ssh://${host}/${path?.replace(/^\//, '')}`)
    return relative ? new URL(url, base) : new URL(url)
  } catch {
    return undefined
  }
}
