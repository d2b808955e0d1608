import { type Check, failed, ok, warning } from '../../shared/check.ts'
import { Failure } from '../../shared/failure.ts'
import * as words from '../words/doctor.ts'
import type { Workshop } from '../workshop.ts'
import type { Get } from './github.ts'

type Shown = { full_name?: string; permissions?: { push?: boolean } }

/** Whether a repository is to be seen under its name, has the branches, and would take our commit statuses. */
export async function checkRepository(shop: Workshop, get: Get, fullName: string): Promise<Check> {
  try {
    return await look(shop, get, fullName)
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'github_refused') throw error
    return failed(nameOf(fullName), 'repository_unseen', error.message)
  }
}

async function look({ config, access }: Workshop, get: Get, fullName: string): Promise<Check> {
  const name = nameOf(fullName)
  const shown = await get(`/repos/${fullName}`)
  if (shown === undefined) return failed(name, 'repository_unseen', words.repositoryUnseen)
  for (const branch of config.branches)
    if ((await get(`/repos/${fullName}/branches/${branch}`)) === undefined)
      return failed(name, 'branch_missing', words.noBranch(branch), words.branchMend(branch))
  const { full_name: now = fullName, permissions } = JSON.parse(String(shown.data)) as Shown
  if (now.toLowerCase() !== fullName.toLowerCase())
    return warning(name, 'repository_renamed', words.renamed(now), words.renamedMend(now))
  const { by } = await access.credential(fullName)
  if (access.app && by !== 'app')
    return warning(name, 'github_app', words.appAbsent(access.app.id), words.appInstall)
  // Of an App it says nothing.
  if (by === 'token' && permissions?.push === false) return warning(name, 'github_token', words.noStatuses)
  return ok(name, words.repositoryGood(config.branches.join(' and ')))
}

function nameOf(fullName: string): string {
  return `repository ${fullName}`
}
