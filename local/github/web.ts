import type { Call } from './call.ts'
import { git } from './git.ts'
import { notFound, type Reply, text } from './reply.ts'
import { findRepository, type Repository } from './repository.ts'
import { resolve } from './revision.ts'
import { maySee } from './rights.ts'

const PAGE = /^\/([^/]+\/[^/]+)\/(commit|pull)\/([^/]+)$/

/** Whether a person follows a link: the API's own paths have more in front. */
export function isWebPage(url: URL): boolean {
  return PAGE.test(url.pathname) && !/^\/(?:repos|repositories)\//.test(url.pathname)
}

/** What stands behind links to a commit and to a pull request: a few lines of text, where GitHub has its pages. */
export async function webPage({ site, url, rights }: Call): Promise<Reply> {
  const [, fullName = '', kind, name = ''] = PAGE.exec(url.pathname) ?? []
  const repository = findRepository(site.folder, fullName)
  if (repository === undefined || !maySee({ rights }, repository)) throw notFound()
  return text(kind === 'pull' ? pullText(repository, name) : await commitText(repository, name), 200)
}

async function commitText({ directory }: Repository, name: string): Promise<string> {
  const sha = /^[0-9a-f]{7,40}$/.test(name) ? await resolve(directory, name) : undefined
  if (sha === undefined) throw notFound()
  return (
    await git(directory, ['show', '--stat', '--no-color', '-m', '--first-parent', sha, '--'])
  ).toString()
}

function pullText({ fullName, ledger }: Repository, number: string): string {
  const pull = ledger.pulls.find((one) => String(one.number) === number)
  if (pull === undefined) throw notFound()
  const state = pull.merged_at === null ? pull.state : `merged at ${pull.merged_at}`
  const lines = [
    `${fullName} #${pull.number}: ${pull.title}`,
    `${state}: ${pull.head.ref} into ${pull.base.ref}`,
    `head ${pull.head.sha}, merge commit ${pull.merge_commit_sha ?? 'none'}`,
  ]
  return `${lines.join('\n')}\n`
}
