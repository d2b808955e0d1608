import { showBranch } from './branches.ts'
import type { Call, RepositoryCall } from './call.ts'
import { listCommits, showCommit } from './commits.ts'
import { compareCommits } from './compare.ts'
import { showContents } from './contents.ts'
import { attemptDelivery, listDeliveries, showDelivery } from './hook-deliveries.ts'
import { createHook, deleteHook, listHooks, pingHook, showHook, updateHook } from './hooks.ts'
import { isLfsBatch, lfsBatch } from './lfs.ts'
import { listPulls, pullsOfCommit, showPull } from './pulls.ts'
import { json, notFound, type Reply } from './reply.ts'
import { findRepository, findRepositoryById, type Repository } from './repository.ts'
import { repositoryJson } from './repository-json.ts'
import { combinedStatus, createStatus, listStatuses } from './statuses.ts'
import { redirectToTarball } from './tarball.ts'
import { showTree } from './trees.ts'
import { isWebPage, webPage } from './web.ts'

// GitHub's own templates; `{+x}` may hold slashes. The first that matches answers.
const ROUTES: [template: string, answer: (call: RepositoryCall) => Promise<Reply>][] = [
  ['GET ', showRepository],
  ['GET /contents', showContents],
  ['GET /contents/{+path}', showContents],
  ['GET /git/trees/{+sha}', showTree],
  ['GET /tarball', redirectToTarball],
  ['GET /tarball/{+ref}', redirectToTarball],
  ['GET /commits', listCommits],
  ['GET /commits/{+ref}/pulls', pullsOfCommit],
  ['GET /commits/{+ref}/statuses', listStatuses],
  ['GET /commits/{+ref}/status', combinedStatus],
  ['GET /commits/{+ref}', showCommit],
  ['GET /pulls', listPulls],
  ['GET /pulls/{number}', showPull],
  ['GET /compare/{+basehead}', compareCommits],
  ['GET /branches/{+branch}', showBranch],
  ['POST /statuses/{sha}', createStatus],
  ['GET /hooks', listHooks],
  ['POST /hooks', createHook],
  ['GET /hooks/{id}', showHook],
  ['PATCH /hooks/{id}', updateHook],
  ['DELETE /hooks/{id}', deleteHook],
  ['POST /hooks/{id}/pings', pingHook],
  ['GET /hooks/{id}/deliveries', listDeliveries],
  ['GET /hooks/{id}/deliveries/{id}', showDelivery],
  ['POST /hooks/{id}/deliveries/{id}/attempts', attemptDelivery],
]

const MATCHERS = ROUTES.map(([template, answer]) => ({ expression: expressionOf(template), answer }))

/** Answers an API request or throws GitHub's refusal; what is not routed is 404, a wrong method too. */
export async function route(call: Call, method: string): Promise<Reply> {
  if (method === 'GET' && isWebPage(call.url)) return webPage(call)
  if (method === 'POST' && isLfsBatch(call.url)) return lfsBatch(call)
  const place = repositoryOf(call)
  if (place === undefined) throw notFound()
  // A private repository does not exist for a stranger.
  if (place.repository.ledger.private && !call.signedIn) throw notFound()
  const line = `${method === 'HEAD' ? 'GET' : method} ${place.rest}`
  for (const { expression, answer } of MATCHERS) {
    const match = line.match(expression)
    if (match === null) continue
    return answer({
      ...call,
      repository: place.repository,
      parameters: match.slice(1).map(decodeURIComponent),
    })
  }
  throw notFound()
}

async function showRepository(call: RepositoryCall): Promise<Reply> {
  return json(repositoryJson(call.site.api, call.repository))
}

function repositoryOf(call: Call): { repository: Repository; rest: string } | undefined {
  const { pathname } = call.url
  const byName = pathname.match(/^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/)
  const byId = pathname.match(/^\/repositories\/(\d{1,15})(\/.*)?$/)
  const repository = byName
    ? findRepository(
        call.site.folder,
        `${decodeURIComponent(byName[1] as string)}/${decodeURIComponent(byName[2] as string)}`,
      )
    : byId
      ? findRepositoryById(call.site.folder, Number(byId[1]))
      : undefined
  return repository && { repository, rest: (byName?.[3] ?? byId?.[2] ?? '').replace(/\/$/, '') }
}

function expressionOf(template: string): RegExp {
  const pattern = template.replace(/\{\+\w+\}/g, '(.+)').replace(/\{\w+\}/g, '([^/]+)')
  return new RegExp(`^${pattern}$`)
}
