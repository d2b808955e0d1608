import { type Check, type Fault, failed, ok, skipped, warning } from '../../shared/check.ts'
import { Failure } from '../../shared/failure.ts'
import { exactNames } from '../../shared/repositories.ts'
import { JSON_TYPE } from '../github-call.ts'
import { githubTransport } from '../github-transport.ts'
import { distrusted } from '../github-trust.ts'
import * as words from '../words/doctor.ts'
import type { Workshop } from '../workshop.ts'
import { checkApp, checkAppHook } from './app.ts'
import type { Look } from './examine.ts'
import { checkRepository } from './repository.ts'
import { lookAtToken } from './token.ts'
import { checkWebhook } from './webhook.ts'

/** GET on GitHub's API, where the path says nothing by whoever may ask about `repository`: undefined is its 404. */
export type Get = (
  path: string,
  repository?: string,
) => Promise<{ data: unknown; headers: Record<string, unknown> } | undefined>

/** Repositories that are looked at; each costs four questions. */
const MOST = 20
/** With fewer questions left, they are for merges. */
const SPARE = 15

type Rate = { limit: number; remaining: number; reset: number }

/** Whether GitHub answers, App and token are good, and each repository that is named is set up. */
export const checkGitHub: Look = async (shop, signal) => {
  const get = getter(shop, signal)
  try {
    // What is wrong with github-ca is not the App's fault.
    await shop.access.trust(shop.config.githubApiUrl)
    const app = await checkApp(shop)
    // Nothing more can be asked.
    if (app.some(({ state }) => state === 'failed')) return app
    const signedIn = (await shop.access.identity()) !== undefined
    // Costs none of the rate: https://docs.github.com/rest/rate-limit/rate-limit
    const answer = await get('/rate_limit', exactNames(shop.config.repositories)[0])
    const { rate } = JSON.parse(String(answer?.data ?? '{}')) as { rate?: Rate }
    const checks = [
      judgeRate(shop.config.githubApiUrl, rate, signedIn),
      ...app,
      await lookAtToken(shop, get, answer?.headers ?? {}, rate?.limit ?? 0),
    ]
    return [...checks, ...(await checkRepositories(shop, get, rate?.remaining ?? SPARE, signedIn))]
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return failed('github', faultOf(error), error.message)
  }
}

function faultOf({ code, cause }: Failure): Fault {
  if (code === 'github_limit') return 'github_rate'
  if (code === 'github_refused') return 'github_token'
  const unread = code === 'secret_missing'
  return unread || distrusted(String((cause as { code?: string })?.code)) ? 'github_ca' : 'github_down'
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
  const ours = shop.access.app && (await checkAppHook(shop.access.app))
  const looked = names.slice(0, MOST).map(async (name) => {
    const repository = await checkRepository(shop, get, name)
    if (ours || repository.fault === 'repository_unseen') return [repository]
    return [repository, await checkWebhook(shop, get, name, signedIn)]
  })
  return [...(await Promise.all(looked)).flat(), ...(ours ? [ours] : [])]
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

function getter({ access }: Workshop, signal: AbortSignal): Get {
  const get = githubTransport(access)
  return (path, repository) => get(path, { accept: JSON_TYPE, signal, repository })
}
