import pLimit from 'p-limit'
import { isOf } from '../shared/branches.ts'
import { type BuildRecord, isFinalBuild } from '../shared/build-record.ts'
import { Failure } from '../shared/failure.ts'
import type { Ledger } from '../shared/ledger.ts'
import type { Registry } from '../shared/registry.ts'
import { type Facts, type Look, look, UNREACHABLE } from './look.ts'
import { recent } from './recent.ts'
import { readFacts } from './see.ts'
import * as words from './words.ts'

/** What a page says of one service: its facts, the badge's look at them, and the newest build they name. */
export type Sight = Facts & { seen: Look; latest?: BuildRecord | undefined }

/**
 * Each read costs the registry a password check, 4 ms of one core: however many pages are asked for, a badge finds
 * these few before it and not fifty. The list of all services reads beside the page of one, not before it.
 */
const AT_ONCE = 3

/** The newest builds of a service that a page shows. */
const NEWEST = 50

/** A list of all services may be this old; what build hints at is new at once. */
const LIST = { keepMs: 60_000, freshMs: 15_000, entries: 1_000 }

/** What changes seldom, and never without a hint. */
const KEPT = { keepMs: 60_000, entries: 1_000 }

/** As long as a badge keeps what it saw. */
const SHARED = { keepMs: 5_000, entries: 1_000 }

/** The ledger and the registry as pages and histories read them. */
export type Readings = ReturnType<typeof pageReadings>

/** With `branch`, builds of another one are not shown. */
export function pageReadings(sources: { ledger: Ledger; registry: Registry }, branch?: string) {
  const limit = pLimit(AT_ONCE)
  const behind = pLimit(AT_ONCE)
  const newestShared = () => recent((id) => limit(() => sources.ledger.newest(Number(id))), SHARED)
  let newest = newestShared()
  const owners = recent((service) => limit(() => sources.ledger.owner(service)), KEPT)
  const finals = recent(async () => new Map<string, BuildRecord>(), { ...KEPT, entries: 100 })

  /** A final record is read once a minute: only `again` changes it, and build hints at that. */
  async function build(service: string, id: string): Promise<BuildRecord | undefined> {
    const known = await finals.get(service)
    const record = known.get(id) ?? (await limit(() => sources.ledger.build(service, id)))
    if (record && isFinalBuild(record)) known.set(id, record)
    return record
  }

  async function builds(service: string, read: typeof build): Promise<BuildRecord[]> {
    const ids = (await limit(() => sources.ledger.buildIds(service))).slice(0, NEWEST)
    if (ids.length === 0) throw new Failure('not_found', words.noBuilds(service))
    const records = await Promise.all(ids.map((id) => read(service, id)))
    const found = records.filter((record) => record !== undefined)
    return branch === undefined ? found : ofBranch(service, found, branch)
  }

  /** With the one that stands: another branch may have built so often since that it is not among the newest. */
  async function ofBranch(service: string, all: BuildRecord[], branch: string): Promise<BuildRecord[]> {
    const found = all.filter((record) => isOf(record, branch))
    const published = await limit(() => sources.ledger.published(service))
    if (published && !found.some(({ id }) => id === published.id)) found.push(published)
    if (found.length === 0) throw new Failure('not_found', words.noBuildsOf(service, branch))
    return found
  }

  async function sight(service: string, within = limit): Promise<Sight> {
    const shared = newest
    const ledger = {
      owner: owners.get,
      newest: (id: number) => shared.get(String(id)),
      published: (name: string) => within(() => sources.ledger.published(name)),
    }
    const head = (name: string, version: string) => within(() => sources.registry.head(name, version))
    const facts = await readFacts({ ledger, registry: { head } }, service)
    const named = facts.newest?.services.find(({ name }) => name === service)?.build
    const { published } = facts
    const read = named === undefined || named === published?.id ? undefined : await build(service, named)
    const latest = [read, published].filter((one) => one !== undefined).sort((a, b) => b.time - a.time)[0]
    return { ...facts, seen: look(facts) ?? UNREACHABLE, latest }
  }

  const sights = recent((service) => sight(service, behind), LIST)
  const services = recent(async (service) => {
    const [seen, history] = await Promise.all([sight(service), builds(service, build)])
    return { sight: seen, builds: history }
  }, SHARED)
  const names = recent(() => behind(() => sources.ledger.services()), LIST)

  return {
    /** A service and its builds, newest first; `not_found` where it never had one. Kept as long as a badge. */
    service: services.get,
    build,

    /** All services, by name; each may be a minute old. */
    async all(): Promise<Sight[]> {
      return Promise.all((await names.get('')).map(sights.get))
    },

    /** The builds for scripts, which wait for a change: each is asked for. */
    freshBuilds: (service: string) =>
      builds(service, (name, id) => limit(() => sources.ledger.build(name, id))),

    /** build's hint: the truth about this service, and so about its repository, has changed. */
    forget(service: string): void {
      sights.forget(service)
      services.forget(service)
      owners.forget(service)
      finals.forget(service)
      names.forget('')
      newest = newestShared()
    },
  }
}
