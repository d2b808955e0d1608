import { type Check, failed, ok, warning } from '../../shared/check.ts'
import * as words from '../words/doctor.ts'
import type { Workshop } from '../workshop.ts'
import type { Get } from './github.ts'

/** Whether a repository is to be seen, has the branch, and would take our commit statuses. */
export async function checkRepository({ config }: Workshop, get: Get, fullName: string): Promise<Check> {
  const name = `repository ${fullName}`
  const shown = await get(`/repos/${fullName}`)
  if (shown === undefined) return failed(name, 'repository_unseen', words.repositoryUnseen)
  const branch = await get(`/repos/${fullName}/branches/${config.branch}`)
  if (branch === undefined) {
    return failed(name, 'branch_missing', words.noBranch(config.branch), words.branchMend(config.branch))
  }
  const { permissions } = JSON.parse(String(shown.data)) as { permissions?: { push?: boolean } }
  if (permissions?.push === false) return warning(name, 'github_token', words.noStatuses)
  return ok(name, words.repositoryGood(config.branch))
}
