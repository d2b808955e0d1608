import { setTimeout as sleep } from 'node:timers/promises'
import pLimit from 'p-limit'
import { type RealRegistry, startRealRegistry } from '../../test/shared/real-registry.ts'
import { type Benchmark, inTurns } from '../benchmark.ts'
import { deployed } from '../deployed.ts'
import { nameOf, stock } from '../history.ts'
import { median } from '../series.ts'

const MANY = 50

/** badge keeps what it saw for five seconds: later it asks the registry again. */
const EXPIRED_MS = 5_100

/** What a browser asks of one server at once. */
const BROWSER = 6

/** Who loads pages without pause beside a badge. */
const READERS = 4

const TAGS = 'the tags of each, read from the registry'
const MANIFESTS = 'its tags and their manifests, read from the registry'
const ALONE = 'the badge alone'

export const benchmark: Benchmark = {
  title: 'Pages',
  about: `The page of all services, ${MANY} of them, and that of a service with ${MANY} builds, as the deployed function gives
them to a process that has shown nothing yet, and again; against what any browser of registries has to read for the same
list, ${BROWSER} requests at once over kept connections. And what a badge waits for while ${READERS} clients load these pages without
pause, against the same badge alone. The registry has TLS and a password.`,
  needs: { 'docker-registry': 'docker-registry' },
  async run({ turns }) {
    const real = await startRealRegistry()
    try {
      await stock(real.registry, { services: MANY, builds: MANY, merges: 1 })
      const few = Math.min(turns, 5)
      const list = await inTurns(turns, { ours: () => first(real, '/'), theirs: () => tagsOfAll(real) })
      const one = await inTurns(turns, { ours: () => first(real, '/web'), theirs: () => manifestsOf(real) })
      const badge = await openBadge(real)
      await badge.load('/')
      const again = await inTurns(turns, { ours: () => badge.load('/'), theirs: () => tagsOfAll(real) })
      const kept = await inTurns(few, { ours: () => badge.beside(badge.kept), theirs: badge.kept })
      const fresh = await inTurns(few, { ours: () => badge.beside(badge.fresh), theirs: badge.fresh })
      await badge.stop()
      return {
        figures: [
          { what: 'all services, first view', against: TAGS, unit: 'ms', ...list },
          { what: 'all services, again', against: TAGS, unit: 'ms', ...again },
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
  const ms = await badge.load(path)
  await badge.stop()
  return ms
}

async function openBadge(real: RealRegistry) {
  const env = { registry_url: real.url, secret_mount_path: real.state.secrets, pages: 'public' }
  const { url, stop } = await deployed('badge', env)
  const load = (path: string) => timed(url + path)
  // Opens the connection.
  await load('/nobody.svg')
  return {
    load,
    stop,
    /** Of badges that badge has seen a moment ago, the median in ms. */
    async kept(): Promise<number> {
      const times: number[] = []
      for (let run = 0; run < 200; run += 1) times.push(await load(`/${nameOf(1)}.svg`))
      return median(times)
    },
    /** Of badges that nobody has asked for since badge forgot them. */
    async fresh(): Promise<number> {
      await sleep(EXPIRED_MS)
      const times: number[] = []
      for (let index = 1; index < MANY; index += 1) times.push(await load(`/${nameOf(index)}.svg`))
      return median(times)
    },
    /** `measure` while people load pages. */
    async beside(measure: () => Promise<number>): Promise<number> {
      let going = true
      const readers = Array.from({ length: READERS }, async (_, index) => {
        while (going) await load(index % 2 === 0 ? '/' : '/web')
      })
      const found = await measure()
      going = false
      await Promise.all(readers)
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

/** What a page of all repositories and their versions is made of. */
async function tagsOfAll({ registry }: RealRegistry): Promise<number> {
  const began = performance.now()
  const names = (await registry.repositories('')).filter((name) => !name.includes('/'))
  await pLimit(BROWSER).map(names, (name) => registry.tags(name))
  return performance.now() - began
}

/** What a table of a repository's versions is made of. */
async function manifestsOf({ registry }: RealRegistry): Promise<number> {
  const began = performance.now()
  const tags = (await registry.tags('builds/web')).slice(0, MANY)
  await pLimit(BROWSER).map(tags, (tag) => registry.manifest('builds/web', tag))
  return performance.now() - began
}
