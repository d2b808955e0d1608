import { type Check, ok, skipped, warning } from '../../shared/check.ts'
import * as words from '../words/doctor.ts'
import type { Workshop } from '../workshop.ts'
import type { Get } from './github.ts'

const NAME = 'github token'
const DAY_MS = 86_400_000
const EARLY_DAYS = 14
/** Questions an hour that GitHub allows to who has no token. */
const WITHOUT = 60

/** What `/rate_limit` has told of the token, with these headers; one beside an App is asked about for itself. */
export async function lookAtToken(
  { access, secrets, now }: Workshop,
  get: Get,
  headers: Record<string, unknown>,
  limit: number,
): Promise<Check> {
  const present = (await secrets.find('github-token')) !== undefined
  if (!access.app) return checkToken(present, headers, limit, now())
  if (!present) return skipped(NAME, words.tokenSpared)
  return checkToken(true, (await get('/rate_limit'))?.headers ?? {}, limit, now())
}

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
  if (!present && limit > WITHOUT) return skipped(NAME, words.tokenUnneeded)
  if (!present) {
    return warning(NAME, 'github_token', words.noToken)
  }
  const end = Date.parse(String(headers['github-authentication-token-expiration'] ?? ''))
  if (end - now < EARLY_DAYS * DAY_MS)
    return warning(NAME, 'github_token', words.tokenEnds(new Date(end).toISOString().slice(0, 10)))
  // A fine-grained token has no scopes, and its permissions cannot be asked for.
  const told = headers['x-oauth-scopes']
  if (told === undefined) return ok(NAME, words.tokenGood)
  const scopes = String(told).split(/,\s*/).filter(Boolean)
  const has = words.scopes(scopes.join(', ') || words.noScopes)
  if (!scopes.some((scope) => /^(?:repo|public_repo|repo:status)$/.test(scope)))
    return warning(NAME, 'github_token', words.scopesShort(has))
  return ok(NAME, words.scopesGood(has))
}
