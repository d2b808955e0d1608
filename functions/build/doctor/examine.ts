import { type Check, type Fault, failed } from '../../shared/check.ts'
import { Failure, toFailure } from '../../shared/failure.ts'
import type { EngineAt, Engines } from '../engines.ts'
import * as words from '../words/doctor.ts'
import type { Workshop } from '../workshop.ts'
import { checkAmi } from './ami.ts'
import { checkAws } from './aws.ts'
import { checkBadge } from './badge.ts'
import { checkClock } from './clock.ts'
import { checkDisk } from './disk.ts'
import { checkEngine } from './engine.ts'
import { checkEngineCache } from './engine-cache.ts'
import { checkGateway } from './gateway.ts'
import { checkGitHub } from './github.ts'
import { checkGrants } from './grants.ts'
import type { Heard } from './heard.ts'
import { checkNotices } from './notices.ts'
import { checkQueue } from './queue.ts'
import { checkRegistry } from './registry.ts'
import { checkRegistryCertificate } from './registry-certificate.ts'
import { checkRegistryWrite } from './registry-write.ts'
import { checkSecrets } from './secrets.ts'
import { checkTimer } from './timer.ts'
import { checkTrialBuild } from './trial-build.ts'

/** One look at a part; `signal` ends it. What it throws becomes its line. */
export type Look = (shop: Workshop, signal: AbortSignal, heard: Heard) => Promise<Check | Check[]>

const SHORT_MS = 5_000
/** The queue works one call at a time, and GitHub is asked four questions one after another. */
const LONG_MS = 10_000

/** Name, time in ms, and what a look that breaks or takes too long says about its part. */
type Line = [name: string, limitMs: number, fault: Fault, look: Look]

const linesOf = (engines: Engines): Line[] => [
  ['secrets', SHORT_MS, 'secret_missing', checkSecrets],
  ...engines.addresses.flatMap((one, at) => linesOfEngine(one, engines.alone ? '' : String(at + 1))),
  ['registry', SHORT_MS, 'registry_down', checkRegistry],
  ['registry certificate', SHORT_MS, 'registry_certificate', checkRegistryCertificate],
  ['registry write', SHORT_MS, 'registry_write', checkRegistryWrite],
  ['gateway', SHORT_MS, 'gateway_down', checkGateway],
  ['badge', SHORT_MS, 'badge_down', checkBadge],
  ['queue', LONG_MS, 'queue_down', checkQueue],
  ['github', LONG_MS, 'github_down', checkGitHub],
  ['clock', SHORT_MS, 'clock_off', checkClock],
  ['disk', SHORT_MS, 'disk_full', checkDisk],
  ['engine cache', SHORT_MS, 'engine_cache', checkEngineCache],
  ['timer', SHORT_MS, 'timer_silent', checkTimer],
  ['ami', SHORT_MS, 'ami_down', checkAmi],
  ['aws', SHORT_MS, 'aws_credentials', checkAws],
  ['build secrets', SHORT_MS, 'build_secrets', checkGrants],
  ['notices', LONG_MS, 'notify_down', checkNotices],
]

/** Where there are several, they are told by their addresses; the tags that they push by their numbers. */
function linesOfEngine(one: EngineAt, number: string): Line[] {
  const name = (part: string) => (number === '' ? part : `${part} ${one.host}`)
  const [answers, builds] = [name('engine'), name('engine build')]
  return [
    [answers, SHORT_MS, 'engine_down', checkEngine(answers, one)],
    [builds, LONG_MS, 'engine_build', checkTrialBuild(builds, one, `engine${number}`)],
  ]
}

/** Looks at all that build can see from where it stands, in parallel; never throws. */
export async function examine(shop: Workshop, heard: Heard): Promise<Check[]> {
  const looks = linesOf(shop.engines).map(async ([name, limitMs, fault, look]) => {
    const limit = Math.min(limitMs, shop.config.syncWait)
    try {
      return await within(limit, (signal) => look(shop, signal, heard))
    } catch (error) {
      return failed(name, fault, toFailure(error).message)
    }
  })
  return (await Promise.all(looks)).flat()
}

async function within<T>(limitMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const end = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const failure = new Failure('internal', words.inTime(limitMs / 1000))
      reject(failure)
      end.abort(failure)
    }, limitMs)
  })
  const working = work(end.signal)
  working.catch(() => {})
  return Promise.race([working, late]).finally(() => clearTimeout(timer))
}
