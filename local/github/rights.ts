import type { RepositoryCall } from './call.ts'
import { notFound, Refusal } from './reply.ts'

/** What a token may do: the scopes of a classic one, or the permissions of a fine-grained one, in GitHub's words. */
export type Rights = { scopes: string[] } | { permissions: Record<string, 'read' | 'write'> }

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
  if (held !== 'write' && held !== level) {
    throw new Refusal(403, 'Resource not accessible by personal access token')
  }
}
