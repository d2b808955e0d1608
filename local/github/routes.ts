import { showInstallation } from './app.ts'
import { showBlob } from './blobs.ts'
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
import { findFormerRepository, findRepository, findRepositoryById, type Repository } from './repository.ts'
import { repositoryJson } from './repository-json.ts'
import { maySee, mustBeGranted } from './rights.ts'
import { combinedStatus, createStatus, listStatuses } from './statuses.ts'
import { redirectToTarball } from './tarball.ts'
import { showTree } from './trees.ts'
import { isWebPage, webPage } from './web.ts'

// GitHub's own templates; `{+x}` may hold slashes. The first that matches answers.
const ROUTES: [template: string, answer: (call: RepositoryCall) => Promise<Reply>][] = [
  ['GET ', showRepository],
  ['GET /installation', showInstallation],
  ['GET /contents', showContents],
  ['GET /contents/{+path}', showContents],
  ['GET /git/trees/{+sha}', showTree],
  ['GET /git/blobs/{sha}', showBlob],
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
  const asApp = place.rest === '/installation'
  // A private repository does not exist for a stranger.
  if (!asApp && !maySee(call, place.repository)) throw notFound()
  if (place.moved) return movedTo(call, method, place)
  const line = `${method === 'HEAD' ? 'GET' : method} ${place.rest}`
  mustBeGranted(call, place.repository, line)
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

type Place = { repository: Repository; rest: string; moved: boolean }

/** A renamed repository is found by its id: https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects */
function movedTo({ site, url }: Call, method: string, { repository, rest }: Place): Reply {
  const location = `${site.api}/repositories/${repository.ledger.id}${rest}${url.search}`
  const message = method === 'GET' || method === 'HEAD' ? 'Moved Permanently' : 'Temporary Redirect'
  return json({ message, url: location }, message === 'Moved Permanently' ? 301 : 307, { location })
}

function repositoryOf(call: Call): Place | undefined {
  const { pathname } = call.url
  const byName = pathname.match(/^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/)
  const byId = pathname.match(/^\/repositories\/(\d{1,15})(\/.*)?$/)
  const { folder } = call.site
  const name = byName && [byName[1], byName[2]].map((part = '') => decodeURIComponent(part)).join('/')
  const found = name ? findRepository(folder, name) : byId && findRepositoryById(folder, Number(byId[1]))
  const repository = found ?? (name ? findFormerRepository(folder, name) : undefined)
  const rest = (byName?.[3] ?? byId?.[2] ?? '').replace(/\/$/, '')
  return repository && { repository, rest, moved: !found }
}

function expressionOf(template: string): RegExp {
  const pattern = template.replace(/\{\+\w+\}/g, '(.+)').replace(/\{\w+\}/g, '([^/]+)')
  return new RegExp(`^${pattern}$`)
}
