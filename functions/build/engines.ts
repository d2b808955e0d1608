import pLimit from 'p-limit'
import { Failure, toFailure } from '../shared/failure.ts'
import { log } from '../shared/log.ts'
import type { Engine } from './engine.ts'
import { chooseEngine } from './engine-choice.ts'
import * as places from './words/places.ts'
import type { Works } from './works.ts'

/** Where something went wrong no build is begun for this long, in ms, and then only if the engine answers. */
const REST_MS = 30_000

/** A Docker Engine at its address in `docker_host`. */
export type EngineAt = { host: string; engine: Engine }

/** What the pool knows of one; `restsUntil` (by `uptime`, in ms) of one that is left out. */
type Known = EngineAt & { running: number; restsUntil?: number | undefined }

type Around = {
  works: Pick<Works, 'untidy' | 'cacheGrown'>
  /** Builds that one engine has at once. */
  maxBuilds: number
  uptime(): number
}

/**
 * The Docker Engines that builds are given to. One that does not answer, or where a build ended as an error, is left
 * out for a while, and there are fewer slots meanwhile. An engine that is alone is never left out, and is asked nothing
 * but what somebody wants to know.
 */
export type Engines = ReturnType<typeof openEngines>

export function openEngines(addresses: EngineAt[], { works, maxBuilds, uptime }: Around) {
  const engines: Known[] = addresses.map((one) => ({ ...one, running: 0 }))
  const alone = engines.length === 1
  const slots = pLimit(maxBuilds * engines.length)
  const last = new Map<string, string>()

  const standing = () => engines.filter(({ restsUntil }) => restsUntil === undefined)
  const rested = () => engines.filter(({ restsUntil = 0 }) => uptime() >= restsUntil)
  /** Where all are left out none is worse than another. */
  const candidates = () => (standing().length > 0 ? standing() : engines)

  function rest(one: Known, until: number | undefined): void {
    one.restsUntil = until
    slots.concurrency = maxBuilds * candidates().length
  }

  function leaveOut(one: Known, error: unknown): void {
    if (alone) return
    if (one.restsUntil === undefined) log('engine_left_out', { engine: one.host, error })
    rest(one, uptime() + REST_MS)
  }

  function takeBack(one: Known): void {
    rest(one, undefined)
    log('engine_back', { engine: one.host })
    // Nobody has cleared what it had of ours when it went.
    works.untidy = true
    works.cacheGrown = true
  }

  async function look(one: Known): Promise<void> {
    const before = one.restsUntil
    try {
      await one.engine.ping()
    } catch (error) {
      leaveOut(one, error)
      throw error
    }
    // Unless something went wrong meanwhile.
    if (before !== undefined && one.restsUntil === before) takeBack(one)
  }

  const answers = (one: Known) =>
    look(one).then(
      () => true,
      () => false,
    )

  return {
    addresses,
    alone,
    /** `max_builds` builds at once on each engine that is not left out, whatever merge they belong to. */
    slots,
    counts: () => ({ used: standing().length, left_out: engines.length - standing().length }),

    /** To begin it is enough that one answers. A Failure that says why not where none does. */
    async ready(): Promise<void> {
      const asked = rested().length > 0 ? rested() : engines
      await Promise.any(asked.map(look)).catch(({ errors }: AggregateError) => {
        throw noneAnswers(errors.map(toFailure))
      })
    },

    /** Looks at those that have rested: one that answers gets builds again. Never rejects. */
    async lookAgain(): Promise<void> {
      await Promise.all(
        rested()
          .filter((one) => one.restsUntil !== undefined)
          .map(answers),
      )
    },

    /** Whether what one engine has lost can be built on another. */
    othersStand: (): boolean => !alone && standing().length > 0,

    /** Does one build's work on the engine that is chosen for its service; `signal` is what may end that work. */
    async use<T>(service: string, signal: AbortSignal, work: (one: EngineAt) => Promise<T>): Promise<T> {
      const one = chooseEngine(candidates(), service, last.get(service))
      one.running += 1
      try {
        const done = await work(one)
        last.set(service, one.host)
        return done
      } catch (error) {
        // Also of what lies behind it: an engine that cannot pull or push is soon done, and would get all the builds.
        if (!signal.aborted && toFailure(error).outcome === 'error') leaveOut(one, error)
        throw error
      } finally {
        one.running -= 1
      }
    },

    /** Asks all that are not left out; one that is gone is asked when it is back (`works.untidy`). */
    async each(ask: (engine: Engine) => Promise<void>): Promise<void> {
      await Promise.all(
        candidates().map((one) =>
          ask(one.engine).catch(async (error: unknown) => {
            if (alone || (await answers(one))) throw error
          }),
        ),
      )
    },
  }
}

function noneAnswers(failures: Failure[]): Failure | undefined {
  const [first] = failures
  if (first === undefined || failures.length === 1) return first
  const reasons = [...new Set(failures.map(({ message }) => message))]
  return new Failure(first.code, places.noEngine(failures.length, reasons.join('; ')))
}
