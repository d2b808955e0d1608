import { type Check, ok, skipped, warning } from '../../shared/check.ts'

const DAY_MS = 86_400_000
const EARLY_DAYS = 14
/** Questions an hour that GitHub allows to who has no token. */
const WITHOUT = 60

/**
 * What GitHub's headers tell of the token: a classic one's scopes, and when it ends.
 * https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
 */
export function checkToken(
  present: boolean,
  headers: Record<string, unknown>,
  limit: number,
  now: number,
): Check {
  const name = 'github token'
  if (!present && limit > WITHOUT) return skipped(name, 'there is none, and this GitHub does not ask for one')
  if (!present) {
    const says = 'there is none: 60 questions an hour, no private repository, no commit status'
    return warning(name, 'github_token', says)
  }
  const end = Date.parse(String(headers['github-authentication-token-expiration'] ?? ''))
  if (end - now < EARLY_DAYS * DAY_MS)
    return warning(name, 'github_token', `it ends on ${new Date(end).toISOString().slice(0, 10)}`)
  // A fine-grained token has no scopes, and its permissions cannot be asked for.
  const told = headers['x-oauth-scopes']
  if (told === undefined) return ok(name, 'GitHub takes it')
  const scopes = String(told).split(/,\s*/).filter(Boolean)
  const has = `its scopes are ${scopes.join(', ') || 'none'}`
  if (!scopes.some((scope) => /^(?:repo|public_repo|repo:status)$/.test(scope)))
    return warning(name, 'github_token', `${has}: commit statuses need repo or repo:status`)
  return ok(name, `GitHub takes it; ${has}`)
}
