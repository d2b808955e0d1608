import { linkHeader, pageOf, type RepositoryCall } from './call.ts'
import { commitNamed } from './commits.ts'
import { fullPullJson, type Pull, pullJson } from './pull.ts'
import { json, notFound, type Reply } from './reply.ts'
import { defaultBranch } from './repository.ts'
import { headOf, isAncestor } from './revision.ts'

/** `GET pulls/{number}`. */
export async function showPull(call: RepositoryCall): Promise<Reply> {
  const { repository, site, parameters } = call
  const pull = repository.ledger.pulls.find((one) => String(one.number) === parameters[0])
  if (pull === undefined) throw notFound()
  return json(fullPullJson(site.api, repository, pull))
}

/** `GET pulls` by state (open without it), base, head, sort (created, updated) and direction. */
export async function listPulls(call: RepositoryCall): Promise<Reply> {
  const { repository, url } = call
  const pulls = selectPulls(repository.ledger.pulls, repository.owner, url.searchParams)
  return pageOfPulls(call, pulls)
}

/**
 * `GET commits/{sha}/pulls`: the merged pull request that brought a commit of the default branch; for any other
 * commit only open ones
 * (https://docs.github.com/rest/commits/commits#list-pull-requests-associated-with-a-commit).
 */
export async function pullsOfCommit(call: RepositoryCall): Promise<Reply> {
  const { repository } = call
  const sha = await commitNamed(repository, call.parameters[0] as string)
  const head = await headOf(repository.directory, defaultBranch(repository))
  const inDefault = head !== undefined && (await isAncestor(repository.directory, sha, head))
  const pulls = repository.ledger.pulls.filter((pull) => {
    const wanted = inDefault ? pull.merged_at !== null : pull.state === 'open'
    return wanted && (pull.head.sha === sha || (inDefault && pull.merge_commit_sha === sha))
  })
  return pageOfPulls(call, pulls)
}

/** The page of a list of pull requests that the query asks for. */
function pageOfPulls(call: RepositoryCall, pulls: Pull[]): Reply {
  const { repository, site, url } = call
  const { size, page } = pageOf(url.searchParams)
  const shown = pulls.slice((page - 1) * size, page * size)
  return json(
    shown.map((pull) => pullJson(site.api, repository, pull)),
    200,
    linkHeader(call, pulls.length),
  )
}

/** The pull requests that a list's query asks for, in its order. */
export function selectPulls(pulls: Pull[], owner: string, query: URLSearchParams): Pull[] {
  const state = query.get('state') ?? 'open'
  const base = query.get('base')
  const head = query.get('head')
  const byUpdate = query.get('sort') === 'updated'
  // GitHub: descending when sorted by creation or not at all, else ascending.
  const direction = query.get('direction') ?? (byUpdate ? 'asc' : 'desc')
  const time = (pull: Pull) => (byUpdate ? pull.updated_at : pull.created_at)
  const ascending = pulls
    .filter((pull) => state === 'all' || pull.state === state)
    .filter((pull) => base === null || pull.base.ref === base)
    .filter((pull) => head === null || `${owner}:${pull.head.ref}` === head)
    .sort((a, b) => time(a).localeCompare(time(b)) || a.number - b.number)
  return direction === 'asc' ? ascending : ascending.reverse()
}
