import { type Check, failed, ok, skipped, warning } from '../../shared/check.ts'
import { Failure } from '../../shared/failure.ts'
import { exactNames } from '../../shared/repositories.ts'
import { githubTransport } from '../github-transport.ts'
import * as words from '../words/doctor.ts'
import type { Workshop } from '../workshop.ts'
import type { Look } from './examine.ts'
import { checkRepository } from './repository.ts'
import { checkToken } from './token.ts'
import { checkWebhook } from './webhook.ts'

/** GET on GitHub's API: undefined is its 404. */
export type Get = (path: string) => Promise<{ data: unknown; headers: Record<string, unknown> } | undefined>

/** Repositories that are looked at; each costs four questions. */
const MOST = 20
/** With fewer questions left, they are for merges. */
const SPARE = 15

type Rate = { limit: number; remaining: number; reset: number }

/** Whether GitHub answers, the token is good, and each repository that is named is set up. */
export const checkGitHub: Look = async (shop, signal) => {
  const get = getter(shop, signal)
  const token = await shop.secrets.find('github-token')
  try {
    // Costs none of the rate: https://docs.github.com/rest/rate-limit/rate-limit
    const answer = await get('/rate_limit')
    const { rate } = JSON.parse(String(answer?.data ?? '{}')) as { rate?: Rate }
    const reached = judgeRate(shop.config.githubApiUrl, rate, token !== undefined)
    const checks = [
      reached,
      checkToken(token !== undefined, answer?.headers ?? {}, rate?.limit ?? 0, shop.now()),
    ]
    return [...checks, ...(await checkRepositories(shop, get, rate?.remaining ?? SPARE, token !== undefined))]
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const fault = error.code === 'github_refused' ? 'github_token' : 'github_down'
    return failed('github', error.code === 'github_limit' ? 'github_rate' : fault, error.message)
  }
}

async function checkRepositories(
  shop: Workshop,
  get: Get,
  remaining: number,
  signedIn: boolean,
): Promise<Check[]> {
  const names = exactNames(shop.config.repositories)
  if (names.length === 0) return [skipped('repository', words.noneNamed)]
  if (remaining < SPARE) return [skipped('repository', words.notAsked(remaining))]
  const looked = names.slice(0, MOST).map(async (name) => {
    const repository = await checkRepository(shop, get, name)
    if (repository.fault === 'repository_unseen') return [repository]
    return [repository, await checkWebhook(shop, get, name, signedIn)]
  })
  return (await Promise.all(looked)).flat()
}

function judgeRate(api: string, rate: Rate | undefined, signedIn: boolean): Check {
  // A GitHub of one's own may have none: 404.
  if (rate === undefined) return ok('github', words.noRate(api))
  const { limit, remaining, reset } = rate
  const says = words.rateLeft(api, remaining, limit)
  const until = new Date(reset * 1000).toISOString().slice(11, 16)
  if (remaining === 0) return failed('github', 'github_rate', words.rateUsed(until))
  return remaining < SPARE && !signedIn ? warning('github', 'github_rate', says) : ok('github', says)
}

function getter({ config, secrets }: Workshop, signal: AbortSignal): Get {
  const get = githubTransport(config.githubApiUrl, secrets)
  return (path) => get(path, { accept: 'application/vnd.github+json', signal })
}
