import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { sign } from '../../functions/shared/signature.ts'
import { startRealRegistry } from '../../test/shared/real-registry.ts'
import { type Benchmark, inTurns } from '../benchmark.ts'
import { deployed } from '../deployed.ts'
import { fixedAnswer } from '../fixed-answer.ts'
import { load, loads } from '../load.ts'
import { crowd, stock, VERSION } from '../stocked.ts'

const LITTLE = { services: 1, builds: 1, merges: 1 }
const MUCH = { services: 500, builds: 50, merges: 200 }

/** How long a badge keeps what it saw, and a moment for the look itself. */
const GONE_MS = 5_000 + 500

/** Fresh badges that make a turn. */
const LOOKS = 10

const BYTES = 'the same bytes, fixed'
const ONE = 'with one service, build and merge'

/** What the host says of any answer by itself. */
const OF_THE_HOST = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding']

type Door = { url: string; pid: number }

const atLeast = (ratio: number) => ({ of: 'ratio' as const, atLeast: ratio })

export const benchmark: Benchmark = {
  title: 'Badges',
  about: `The badge that a README shows, asked for by wrk over 16 connections: against a function that always answers
these very bytes in the same host, and, in a registry with ${MUCH.services} services of ${MUCH.services / 10} repositories, ${MUCH.builds} builds
of this one and ${MUCH.merges} merges of its repository, against the same badge where there is one of each. A badge keeps what it saw
for five seconds; a fresh one is asked for after it was told to forget, and reads the registry, which has TLS and a
password.`,
  needs: { wrk: 'wrk', 'docker-registry': 'docker-registry' },
  async run({ turns }) {
    const little = await openBadge(LITTLE)
    const much = await openBadge(MUCH)
    const fixed = await openFixed(much)
    const asked = (door: Door) => (lasting: number) => load(door, lasting)
    try {
      const served = await loads(turns, { ours: asked(much), theirs: asked(fixed) })
      const kept = await loads(turns, { ours: asked(much), theirs: asked(little) })
      const fresh = await inTurns(turns, { ours: much.fresh, theirs: little.fresh })
      await crowd(much.registry, MUCH.services)
      const crowded = await inTurns(turns, { ours: much.fresh, theirs: little.fresh })
      const gone = Math.round(await much.deleted())
      return {
        figures: [
          { what: 'a badge', against: BYTES, unit: 'a second', ...served.perSecond, goal: atLeast(0.5) },
          { what: 'a badge, p99', against: BYTES, unit: 'ms', ...served.p99 },
          {
            what: 'much history',
            against: ONE,
            unit: 'a second',
            ...kept.perSecond,
            goal: atLeast(0.9),
          },
          { what: 'much history, fresh', against: ONE, unit: 'a second', ...fresh, goal: atLeast(0.9) },
          { what: 'all services in one images.json, fresh', against: ONE, unit: 'a second', ...crowded },
        ],
        notes: [
          `A version that was deleted in the registry left its badge after ${gone} ms, while somebody asked for it all the time.`,
        ],
      }
    } finally {
      for (const { close } of [little, much, fixed]) await close()
    }
  },
}

/** badge before a registry with this history. */
async function openBadge(history: typeof MUCH) {
  const real = await startRealRegistry()
  await stock(real.registry, history)
  const badge = await deployed('badge', { registry_url: real.url, secret_mount_path: real.state.secrets })
  const url = `${badge.url}/web.svg`
  const forget = JSON.stringify({ services: ['web'] })
  const signature = sign(await real.secrets.need('payload-secret'), forget)
  await until(url, VERSION, 0)
  return {
    url,
    pid: badge.pid,
    registry: real.registry,
    /** Badges a second, one after another, each of which asks the registry. */
    async fresh(): Promise<number> {
      let ms = 0
      for (let look = 0; look < LOOKS; look += 1) {
        const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature }
        await fetch(badge.url, { method: 'POST', headers, body: forget })
        ms += await until(url, VERSION, 0)
      }
      return (LOOKS / ms) * 1000
    },
    /** From the deletion of web's version until its badge says so, in ms. */
    async deleted(): Promise<number> {
      const digest = await real.registry.head('web', VERSION)
      await real.registry.deleteManifest('web', digest ?? '')
      return until(url, `${VERSION} missing`, GONE_MS)
    },
    async close() {
      await badge.stop()
      await real.stop()
    },
  }
}

/** Asks for a badge until it has this text, and gives how long that took; later than `ms` is an Error. */
async function until(url: string, text: string, ms: number): Promise<number> {
  const began = performance.now()
  for (;;) {
    const svg = await (await fetch(url)).text()
    const passed = performance.now() - began
    if (svg.includes(`>${text}<`)) return passed
    if (passed > ms) throw new Error(`after ${Math.round(passed)} ms the badge does not say ${text}: ${svg}`)
    await sleep(20)
  }
}

/** A function that always answers what this badge answers now. */
async function openFixed({ url: web }: Door) {
  const answer = await fetch(web)
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !OF_THE_HOST.includes(name)))
  const folder = fixedAnswer({ status: answer.status, headers, body: await answer.text() })
  const { url, pid, stop } = await deployed('fixed', {}, folder)
  const close = async () => {
    await stop()
    rmSync(folder, { recursive: true })
  }
  return { url, pid, close }
}
