import type { RepositoryCall } from './call.ts'
import { commitJson } from './commits.ts'
import { GitError, git } from './git.ts'
import { readCommit, readCommits } from './history.ts'
import { json, notFound, type Reply } from './reply.ts'
import type { Repository } from './repository.ts'
import { resolve } from './revision.ts'

/** `GET compare/{base}...{head}`: where head stands, seen from base. Commits are listed, files are not. */
export async function compareCommits(call: RepositoryCall): Promise<Reply> {
  const { repository, site } = call
  const basehead = call.parameters[0] as string
  const [baseName = '', headName = '', ...more] = basehead.split('...')
  const base = await commitOf(repository, baseName)
  const head = await commitOf(repository, headName)
  if (base === undefined || head === undefined || more.length > 0) throw notFound()
  const between = await compared(repository.directory, base, head)
  if (between === undefined) throw notFound(`No common ancestor between ${baseName} and ${headName}.`)
  const { mergeBase, ahead, behind, commits } = between
  const show = async (sha: string) =>
    commitJson(site.api, repository, await readCommit(repository.directory, sha))
  const html = `${site.api}/${repository.fullName}/compare/${basehead}`
  return json({
    url: `${site.api}/repos/${repository.fullName}/compare/${basehead}`,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: await show(base),
    merge_base_commit: await show(mergeBase),
    status: standing(ahead, behind),
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    commits: commits.map((commit) => commitJson(site.api, repository, commit)),
  })
}

/** GitHub's word for how many commits head is ahead of base and behind it. */
export function standing(ahead: number, behind: number): 'identical' | 'ahead' | 'behind' | 'diverged' {
  if (ahead > 0 && behind > 0) return 'diverged'
  if (ahead > 0) return 'ahead'
  return behind > 0 ? 'behind' : 'identical'
}

// `owner:branch` names a branch of that owner's fork; here there are no forks but the repository itself.
function commitOf(repository: Repository, name: string): Promise<string | undefined> {
  const own = `${repository.owner}:`
  return resolve(repository.directory, name.startsWith(own) ? name.slice(own.length) : name)
}

/** How two commits stand to each other; undefined where they have no history in common. */
async function compared(directory: string, base: string, head: string) {
  if (base === head) return { mergeBase: base, ahead: 0, behind: 0, commits: [] }
  const mergeBase = await mergeBaseOf(directory, base, head)
  if (mergeBase === undefined) return undefined
  const counts = await git(directory, ['rev-list', '--left-right', '--count', `${base}...${head}`])
  const [behind = 0, ahead = 0] = counts.toString().trim().split('\t').map(Number)
  const commits = await readCommits(directory, ['--max-count=250', '--reverse', `${base}..${head}`])
  return { mergeBase, ahead, behind, commits }
}

async function mergeBaseOf(directory: string, base: string, head: string): Promise<string | undefined> {
  try {
    return (await git(directory, ['merge-base', base, head])).toString().trim()
  } catch (error) {
    if (error instanceof GitError && error.code === 1) return undefined
    throw error
  }
}
