import pLimit from 'p-limit'
import type { BuildRecord, ServiceState } from '../shared/build-record.ts'
import { Failure } from '../shared/failure.ts'
import type { Ledger } from '../shared/ledger.ts'
import type { Registry } from '../shared/registry.ts'
import { type Facts, type Look, look, UNREACHABLE } from './look.ts'
import { recent } from './recent.ts'
import { readFacts } from './see.ts'

/** What a page says of one service: its facts, the badge's look at them, and the newest build they name. */
export type Sight = Facts & { seen: Look; latest?: BuildRecord | undefined }

/**
 * Each read costs the registry a password check, 4 ms of one core: however many pages are asked for, a badge finds
 * these few before it and not fifty.
 */
const AT_ONCE = 4

/** The newest builds of a service that a page shows. */
const NEWEST = 50

/** A list of all services may be this old; what build hints at is new at once. */
const LIST = { keepMs: 60_000, freshMs: 5_000, entries: 1_000 }

const FINAL: ServiceState[] = ['built', 'unchanged', 'failed', 'held']

/** The ledger and the registry as pages and histories read them. */
export type Readings = ReturnType<typeof pageReadings>

export function pageReadings(sources: { ledger: Ledger; registry: Registry }) {
  const limit = pLimit(AT_ONCE)
  const limited = {
    owner: (service: string) => limit(() => sources.ledger.owner(service)),
    published: (service: string) => limit(() => sources.ledger.published(service)),
    head: (service: string, version: string) => limit(() => sources.registry.head(service, version)),
  }
  const newestShared = () =>
    recent((id) => limit(() => sources.ledger.newest(Number(id))), { keepMs: 5_000, entries: 1_000 })
  let newest = newestShared()
  const finals = recent(async () => new Map<string, BuildRecord>(), { keepMs: 60_000, entries: 100 })

  /** A final record is read once a minute: only `again` changes it, and build hints at that. */
  async function build(service: string, id: string): Promise<BuildRecord | undefined> {
    const known = await finals.get(service)
    const record = known.get(id) ?? (await limit(() => sources.ledger.build(service, id)))
    if (record && FINAL.includes(record.state)) known.set(id, record)
    return record
  }

  async function sight(service: string): Promise<Sight> {
    const shared = newest
    const ledger = { ...limited, newest: (id: number) => shared.get(String(id)) }
    const facts = await readFacts({ ledger, registry: limited }, service)
    const named = facts.newest?.services.find(({ name }) => name === service)?.build
    const { published } = facts
    const read = named === undefined || named === published?.id ? undefined : await build(service, named)
    const latest = [read, published].filter((one) => one !== undefined).sort((a, b) => b.time - a.time)[0]
    return { ...facts, seen: look(facts) ?? UNREACHABLE, latest }
  }

  const sights = recent(sight, LIST)
  const names = recent(() => limit(() => sources.ledger.services()), LIST)

  return {
    sight,
    build,

    /** All services, by name; each may be a minute old. */
    async all(): Promise<Sight[]> {
      return Promise.all((await names.get('')).map(sights.get))
    },

    /** A service's builds, newest first; `not_found` where it never had one. */
    async builds(service: string): Promise<BuildRecord[]> {
      const ids = (await limit(() => sources.ledger.buildIds(service))).slice(0, NEWEST)
      if (ids.length === 0) throw new Failure('not_found', `${service} has no builds`)
      const records = await Promise.all(ids.map((id) => build(service, id)))
      return records.filter((record) => record !== undefined)
    },

    /** build's hint: the truth about this service, and so about its repository, has changed. */
    forget(service: string): void {
      sights.forget(service)
      finals.forget(service)
      names.forget('')
      newest = newestShared()
    },
  }
}
