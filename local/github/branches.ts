import type { RepositoryCall } from './call.ts'
import { commitJson } from './commits.ts'
import { readCommit } from './history.ts'
import { json, notFound, type Reply } from './reply.ts'
import { headOf } from './revision.ts'

/** `GET branches/{branch}`. */
export async function showBranch(call: RepositoryCall): Promise<Reply> {
  const { repository, site } = call
  const name = call.parameters[0] as string
  const sha = await headOf(repository.directory, name)
  if (sha === undefined) throw notFound('Branch not found')
  const url = `${site.api}/repos/${repository.fullName}/branches/${name}`
  return json({
    name,
    commit: commitJson(site.api, repository, await readCommit(repository.directory, sha)),
    _links: { self: url, html: `${site.api}/${repository.fullName}/tree/${name}` },
    protected: false,
    protection: {
      enabled: false,
      required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] },
    },
    protection_url: `${url}/protection`,
  })
}
