import { covers, type Installation } from './app.ts'
import type { Call, RepositoryCall } from './call.ts'
import { notFound, Refusal } from './reply.ts'
import type { Repository } from './repository.ts'

/**
 * What a token may do: the scopes of a classic one, or the permissions of a fine-grained one or of an App's
 * installation, in GitHub's words.
 */
export type Rights =
  | { scopes: string[] }
  | { permissions: Record<string, 'read' | 'write'>; installation?: Installation }

/** What a token may do of which nothing is said. */
export const EVERYTHING: Rights = { scopes: ['repo'] }

/** The header that names a classic token's scopes; a fine-grained one has none. */
export function scopesHeader(rights: Rights | undefined): Record<string, string> {
  return rights && 'scopes' in rights ? { 'x-oauth-scopes': rights.scopes.join(', ') } : {}
}

/**
 * Refuses a call about webhooks as GitHub does: 404 for who has no token or lacks the scope, 403 for a fine-grained
 * token without the permission (https://docs.github.com/rest/repos/webhooks).
 */
export function mustHandleHooks({ rights }: RepositoryCall, level: 'read' | 'write'): void {
  if (rights === undefined) throw notFound()
  if ('scopes' in rights) {
    const enough = [
      'repo',
      'admin:repo_hook',
      'write:repo_hook',
      ...(level === 'read' ? ['read:repo_hook'] : []),
    ]
    if (!rights.scopes.some((scope) => enough.includes(scope))) throw notFound()
    return
  }
  const held = rights.permissions.repository_hooks
  if (held !== 'write' && held !== level) throw inaccessible(rights)
}

/** Whether whoever calls may see a repository: a private one does not exist for anybody else. */
export function maySee({ rights }: Pick<Call, 'rights'>, { ledger, fullName }: Repository): boolean {
  if (!ledger.private) return true
  if (rights === undefined) return false
  const installation = installationIn(rights)
  return installation === undefined || covers(installation, fullName)
}

// https://docs.github.com/rest/authentication/permissions-required-for-github-apps
const NEEDED: [path: RegExp, permission: string][] = [
  [/^GET \/(?:pulls|commits\/.+\/pulls)/, 'pull_requests'],
  [/^GET \/(?:contents|git|tarball|commits|compare|branches)/, 'contents'],
]

/** Refuses an App's installation what it has no permission for; what is public anybody may read. */
export function mustBeGranted({ rights }: Call, { ledger, fullName }: Repository, line: string): void {
  const installation = rights && installationIn(rights)
  if (rights === undefined || installation === undefined || !('permissions' in rights)) return
  const [, permission] = NEEDED.find(([path]) => path.test(line)) ?? []
  if (permission && ledger.private && rights.permissions[permission] === undefined) throw inaccessible(rights)
  const writes = line.startsWith('POST /statuses/')
  if (writes && !(covers(installation, fullName) && rights.permissions.statuses === 'write'))
    throw inaccessible(rights)
}

function inaccessible(rights: Rights): Refusal {
  const whom = installationIn(rights) ? 'integration' : 'personal access token'
  return new Refusal(403, `Resource not accessible by ${whom}`)
}

function installationIn(rights: Rights): Installation | undefined {
  return 'permissions' in rights ? rights.installation : undefined
}
