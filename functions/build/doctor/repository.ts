import { type Check, failed, ok, warning } from '../../shared/check.ts'
import type { Workshop } from '../workshop.ts'
import type { Get } from './github.ts'

/** Whether a repository is to be seen, has the branch, and would take our commit statuses. */
export async function checkRepository({ config }: Workshop, get: Get, fullName: string): Promise<Check> {
  const name = `repository ${fullName}`
  const shown = await get(`/repos/${fullName}`)
  if (shown === undefined)
    return failed(name, 'repository_unseen', 'GitHub does not show it: it is private, or does not exist')
  const branch = await get(`/repos/${fullName}/branches/${config.branch}`)
  if (branch === undefined) {
    const mend = `git push origin HEAD:${config.branch}, or correct \`branch\``
    return failed(name, 'branch_missing', `it has no branch ${config.branch}`, mend)
  }
  const { permissions } = JSON.parse(String(shown.data)) as { permissions?: { push?: boolean } }
  if (permissions?.push === false)
    return warning(name, 'github_token', 'the token may read it, and not write commit statuses')
  return ok(name, `GitHub shows it and its branch ${config.branch}`)
}
