import { accountJson } from './account.ts'
import { linkHeader, pageOf, type RepositoryCall } from './call.ts'
import { instant } from './instant.ts'
import { json, notFound, Refusal, type Reply } from './reply.ts'
import { findRepositoryById, type Repository, saveLedger } from './repository.ts'
import { repositoryJson } from './repository-json.ts'
import { resolve } from './revision.ts'
import { combined, latestOfEach, parseStatus, type Status } from './status.ts'

// https://docs.github.com/rest/commits/statuses#create-a-commit-status
const STATUSES_MAX = 1000

/** `POST statuses/{sha}`: needs a token and a full sha. */
export async function createStatus(call: RepositoryCall): Promise<Reply> {
  const { repository, site } = call
  if (!call.signedIn) throw new Refusal(401, 'Requires authentication')
  const sha = call.parameters[0] as string
  const wanted = parseStatus(call.body)
  if (!/^[0-9a-f]{40}$/.test(sha) || (await resolve(repository.directory, sha)) !== sha) {
    throw new Refusal(422, `No commit found for SHA: ${sha}`)
  }
  return site.turn(repository.fullName.toLowerCase(), async () => {
    // Read again: another request may have written since this one was routed.
    const fresh = findRepositoryById(site.folder, repository.ledger.id) ?? repository
    const { statuses } = fresh.ledger
    const same = statuses.filter((status) => status.sha === sha && status.context === wanted.context)
    if (same.length >= STATUSES_MAX) {
      throw new Refusal(422, 'This SHA and context has reached the maximum number of statuses.')
    }
    const status = { ...wanted, id: statuses.length + 1, sha, created_at: instant(site.now()) }
    statuses.push(status)
    saveLedger(fresh)
    const shown = statusJson(site.api, fresh, status)
    return json(shown, 201, { location: shown.url })
  })
}

/** `GET commits/{ref}/statuses`: all of them, newest first. */
export async function listStatuses(call: RepositoryCall): Promise<Reply> {
  const { repository, site, url } = call
  const { statuses } = await statusesOf(call)
  const { size, page } = pageOf(url.searchParams)
  const shown = statuses.reverse().slice((page - 1) * size, page * size)
  const links = linkHeader(call, statuses.length)
  return json(
    shown.map((status) => statusJson(site.api, repository, status)),
    200,
    links,
  )
}

/** `GET commits/{ref}/status`: the newest of each context and one word for all. */
export async function combinedStatus(call: RepositoryCall): Promise<Reply> {
  const { repository, site } = call
  const { sha, statuses } = await statusesOf(call)
  const latest = latestOfEach(statuses)
  const base = `${site.api}/repos/${repository.fullName}`
  return json({
    state: combined(latest),
    statuses: latest.map((status) => statusJson(site.api, repository, status)),
    sha,
    total_count: latest.length,
    repository: repositoryJson(site.api, repository),
    commit_url: `${base}/commits/${sha}`,
    url: `${base}/commits/${sha}/status`,
  })
}

async function statusesOf(call: RepositoryCall): Promise<{ sha: string; statuses: Status[] }> {
  const sha = await resolve(call.repository.directory, call.parameters[0] as string)
  if (sha === undefined) throw notFound()
  return { sha, statuses: call.repository.ledger.statuses.filter((status) => status.sha === sha) }
}

function statusJson(api: string, repository: Repository, status: Status) {
  const { sha, created_at, ...rest } = status
  const creator = accountJson(api, repository.owner)
  return {
    url: `${api}/repos/${repository.fullName}/statuses/${sha}`,
    avatar_url: creator.avatar_url,
    node_id: Buffer.from(`013:StatusContext${status.id}`).toString('base64'),
    ...rest,
    created_at,
    updated_at: created_at,
    creator,
  }
}
