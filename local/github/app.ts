import { randomBytes, randomInt } from 'node:crypto'
import { accountJson } from './account.ts'
import type { Call, RepositoryCall } from './call.ts'
import { instant } from './instant.ts'
import { jwtOf } from './jwt.ts'
import { json, notFound, Refusal, type Reply } from './reply.ts'

// https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app
const TOKEN_LIFE_MS = 3_600_000

/** Where a GitHub App is installed: on all repositories of an account, or on some. */
export type Installation = {
  id: number
  owner: string
  repositories: 'all' | string[]
  suspended?: boolean
}

/** A GitHub App; what is changed here counts from the next request on. */
export type GitHubApp = {
  id: number
  /** in PEM */
  publicKey: string
  permissions: Record<string, 'read' | 'write'>
  installations: Installation[]
  /** where its own webhook leads */
  webhook?: string
}

/** The tokens that installations were given, each with its end in ms since 1970. */
export type AppTokens = Map<string, { installation: number; expires: number }>

/** The installation that a token which is still good stands for. */
export function installationOf({ site }: Pick<Call, 'site'>, token: string): Installation | undefined {
  const known = site.appTokens.get(token)
  if (known === undefined || known.expires <= site.now().getTime()) return undefined
  return site.app?.installations.find(({ id }) => id === known.installation)
}

/** Whether an installation has a repository (owner/name). */
export function covers({ owner, repositories }: Installation, fullName: string): boolean {
  const [account, name = ''] = fullName.toLowerCase().split('/')
  if (account !== owner.toLowerCase()) return false
  return repositories === 'all' || repositories.some((one) => one.toLowerCase() === name)
}

/** What the App itself may ask, signed with its key; undefined: something else is asked. */
export async function answerApp(call: Call, method: string): Promise<Reply | undefined> {
  const { pathname } = call.url
  if (pathname !== '/app' && !pathname.startsWith('/app/')) return undefined
  const app = jwtOf(call)
  const made = /^\/app\/installations\/(\d+)\/access_tokens$/.exec(pathname)
  if (method === 'POST' && made) return makeToken(call, app, Number(made[1]))
  if (method !== 'GET') throw notFound()
  if (pathname === '/app') return json(appJson(call, app))
  if (pathname === '/app/hook/config')
    return json({ content_type: 'json', insecure_ssl: '0', secret: '********', url: app.webhook ?? '' })
  if (pathname === '/app/hook/deliveries') return json([])
  throw notFound()
}

/** `GET installation`: of the App that signs. */
export async function showInstallation(call: RepositoryCall): Promise<Reply> {
  const app = jwtOf(call)
  const found = app.installations.find((one) => covers(one, call.repository.fullName))
  if (found === undefined) throw notFound()
  const { id, owner, repositories, suspended } = found
  return json({
    id,
    account: accountJson(call.site.api, owner),
    repository_selection: repositories === 'all' ? 'all' : 'selected',
    access_tokens_url: `${call.site.api}/app/installations/${id}/access_tokens`,
    app_id: app.id,
    target_type: 'Organization',
    permissions: app.permissions,
    events: ['pull_request', 'push'],
    suspended_at: suspended ? instant(call.site.now()) : null,
  })
}

function makeToken({ site }: Call, app: GitHubApp, id: number): Reply {
  const found = app.installations.find((one) => one.id === id)
  if (found === undefined) throw notFound()
  if (found.suspended) throw new Refusal(403, 'This installation has been suspended')
  // The new form, of any length: https://github.blog/changelog
  const token = `ghs_${randomInt(1_000_000)}_${randomBytes(60).toString('base64url')}`
  const expires = site.now().getTime() + TOKEN_LIFE_MS
  site.appTokens.set(token, { installation: id, expires })
  const repository_selection = found.repositories === 'all' ? 'all' : 'selected'
  const expires_at = instant(new Date(expires))
  return json({ token, expires_at, permissions: app.permissions, repository_selection }, 201)
}

function appJson({ site }: Call, { id, permissions }: GitHubApp) {
  return {
    id,
    slug: 'artefacto',
    name: 'artefacto',
    owner: accountJson(site.api, 'acme'),
    html_url: `${site.web}/apps/artefacto`,
    permissions,
    events: ['pull_request', 'push'],
  }
}
