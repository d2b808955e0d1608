import { setTimeout as sleep } from 'node:timers/promises'
import pLimit from 'p-limit'
import { type RealRegistry, startRealRegistry } from '../../test/shared/real-registry.ts'
import { type Benchmark, inTurns } from '../benchmark.ts'
import { deployed } from '../deployed.ts'
import { load } from '../load.ts'
import { median } from '../series.ts'
import { nameOf, stock } from '../stocked.ts'

const MANY = 50

/** badge keeps what it saw for five seconds: later it asks the registry again. */
const EXPIRED_MS = 5_100

/** How long a badge that is kept is asked for. */
const KEPT_MS = 2_000

/** What a browser asks of one server at once. */
const BROWSER = 6

/** Who loads pages without pause beside a badge. */
const READERS = 4

const IMAGES = 'the newest image of each, read from the registry'
const MANIFESTS = 'its tags and their manifests, read from the registry'
const ALONE = 'the badge alone'

export const benchmark: Benchmark = {
  title: 'Pages',
  about: `The page of all services, ${MANY} of them, and that of a service with ${MANY} builds, as the deployed function gives
it to who looks first, and again; against what a browser of registries reads for the same list, ${BROWSER} requests at once over
kept connections. And what a badge waits for while ${READERS} clients load the latter page without pause, against the same
badge alone. The registry has TLS and a password.`,
  needs: { wrk: 'wrk', 'docker-registry': 'docker-registry' },
  async run({ turns }) {
    const real = await startRealRegistry()
    try {
      await stock(real.registry, { services: MANY, builds: MANY, merges: 1 })
      const few = Math.min(turns, 3)
      const list = await inTurns(turns, { ours: () => first(real, '/'), theirs: () => imagesOfAll(real) })
      const one = await inTurns(turns, { ours: () => first(real, '/web'), theirs: () => manifestsOf(real) })
      const badge = await openBadge(real)
      for (const page of ['/', '/web']) await badge.open(page)
      const again = await inTurns(turns, { ours: () => badge.open('/'), theirs: () => imagesOfAll(real) })
      const kept = await inTurns(turns, { ours: () => badge.beside(badge.kept, 2), theirs: badge.kept })
      const fresh = await inTurns(few, { ours: () => badge.beside(badge.fresh, 8), theirs: badge.fresh })
      await badge.stop()
      return {
        figures: [
          { what: 'all services, first view', against: IMAGES, unit: 'ms', ...list },
          { what: 'all services, again', against: IMAGES, unit: 'ms', ...again },
          { what: 'one service, first view', against: MANIFESTS, unit: 'ms', ...one },
          { what: 'a badge that is kept, beside pages', against: ALONE, unit: 'ms', ...kept },
          { what: 'a badge that asks the registry, beside pages', against: ALONE, unit: 'ms', ...fresh },
        ],
      }
    } finally {
      await real.stop()
    }
  },
}

/** The first page of a process that is connected to the registry, in ms. */
async function first(real: RealRegistry, path: string): Promise<number> {
  const badge = await openBadge(real)
  const ms = await badge.open(path)
  await badge.stop()
  return ms
}

async function openBadge(real: RealRegistry) {
  const env = { registry_url: real.url, secret_mount_path: real.state.secrets, pages: 'public' }
  const { url, pid, stop } = await deployed('badge', env)
  const open = (path: string) => timed(url + path)
  // Opens the connection.
  await open('/nobody.svg')
  return {
    open,
    stop,
    /** Of badges that badge has seen a moment ago, the median in ms. */
    async kept(): Promise<number> {
      const times: number[] = []
      const end = performance.now() + KEPT_MS
      while (performance.now() < end) times.push(await open(`/${nameOf(1)}.svg`))
      return median(times)
    },
    /** Of badges that nobody has asked for since badge forgot them. */
    async fresh(): Promise<number> {
      await sleep(EXPIRED_MS)
      const times: number[] = []
      for (let index = 1; index < MANY; index += 1) times.push(await open(`/${nameOf(index)}.svg`))
      return median(times)
    },
    /** `measure` while people load a page without pause. */
    async beside(measure: () => Promise<number>, seconds: number): Promise<number> {
      const readers = load({ url: `${url}/web`, pid }, seconds, { connections: READERS })
      const found = await measure()
      await readers
      return found
    },
  }
}

async function timed(url: string): Promise<number> {
  const began = performance.now()
  const answer = await fetch(url, { headers: { accept: 'text/html' } })
  await answer.arrayBuffer()
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
  return performance.now() - began
}

/** What tells of each repository its newest version, when it was made and of which commit: tags, manifest, config. */
async function imagesOfAll({ registry }: RealRegistry): Promise<number> {
  const began = performance.now()
  const names = (await registry.repositories('')).filter((name) => !name.includes('/'))
  await pLimit(BROWSER).map(names, async (name) => {
    const [tag = ''] = await registry.tags(name)
    const manifest = await registry.manifest(name, tag)
    const { config } = JSON.parse(String(manifest?.bytes)) as { config: { digest: string } }
    await registry.blob(name, config.digest)
  })
  return performance.now() - began
}

/** What a table of a repository's versions is made of. */
async function manifestsOf({ registry }: RealRegistry): Promise<number> {
  const began = performance.now()
  const tags = (await registry.tags('builds/web')).slice(0, MANY)
  await pLimit(BROWSER).map(tags, (tag) => registry.manifest('builds/web', tag))
  return performance.now() - began
}
