import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { BuildRecord } from '../functions/shared/build-record.ts'
import { hostNodeImage } from '../local/base-image.ts'
import { images, type Journey, openJourney, REPOSITORY, service } from '../test/support/journey.ts'

const VIEWERS = 200
const WATCHED_MS = 20_000

type Grown = { html: string; next: number; wait: number; done: boolean }

/**
 * How long a line that a build prints takes to be read by 200 who look at it, what that costs the badge beside them
 * (against the same badge while nobody looks), and how long a page of a 10 MB log takes.
 */
async function main(): Promise<void> {
  const world = await openJourney()
  try {
    const base = await hostNodeImage(world.engine)
    await world.merge({
      ...images({ web: '1.0.0', api: '1.0.0' }),
      ...service('web', 'w1'),
      ...service('api', 'a1'),
    })
    const idle = await badges(world, WATCHED_MS / 2)
    const script =
      "setInterval(() => console.log('stamp', Date.now()), 200); setTimeout(() => process.exit(), 60000)"
    const dockerfile = `FROM ${base}\nRUN ["node", "-e", ${JSON.stringify(script)}]\n`
    const { sha } = await world.github.merge(REPOSITORY, {
      files: { ...images({ web: '1.1.0', api: '1.0.0' }), 'web/Dockerfile': dockerfile },
    })
    const path = await world.until('a line', () => printing(world))
    const alone = await watch(world, path, 0, performance.now() + WATCHED_MS / 2)
    console.log(`a line is read by one viewer after: ${spread(alone)}`)
    const end = performance.now() + WATCHED_MS
    const before = cpuMs(world)
    const viewers = Array.from({ length: VIEWERS }, (_, index) => watch(world, path, index, end))
    const busy = await badges(world, WATCHED_MS)
    const delays = (await Promise.all(viewers)).flat()
    const share = Math.round(((cpuMs(world) - before) / WATCHED_MS) * 100)
    console.log(`badge works for ${share} % of one core`)
    console.log(`a line is read by ${VIEWERS} viewers after: ${spread(delays)} (${delays.length} lines)`)
    console.log(`badge, nobody looks: ${spread(idle)}`)
    console.log(`badge, ${VIEWERS} look at a live log: ${spread(busy)}`)
    console.log(`ratio of the medians: ${(middle(busy) / middle(idle)).toFixed(2)}`)
    console.log(memory(world))
    await world.ended(sha)
    await longLog(world)
    console.log(memory(world))
  } finally {
    await world.close()
  }
}

async function printing(world: Journey): Promise<string | false> {
  const [id] = await world.ledger.buildIds('web')
  const path = `web/builds/${id}`
  return (await (await world.page(path)).text()).includes('stamp') && path
}

/** One open page: it asks as the page's script does. Gives the delays of the lines that it saw come, in ms. */
async function watch(world: Journey, path: string, index: number, end: number): Promise<number[]> {
  const delays: number[] = []
  await sleep((index * 700) / VIEWERS)
  let from: number | undefined
  while (performance.now() < end) {
    const answer = await world.page(`${path}/live?from=${from ?? 0}`)
    if (!answer.ok) throw new Error(`live answered ${answer.status}`)
    const { html, next, wait } = (await answer.json()) as Grown
    const now = Date.now()
    const stamps = [...html.matchAll(/stamp (\d+)/g)].map(([, stamp]) => now - Number(stamp))
    if (from !== undefined) delays.push(...stamps)
    from = next
    await sleep(wait)
  }
  return delays
}

/** A badge after the other for so long: each is a little later than the one before, in ms. */
async function badges(world: Journey, ms: number): Promise<number[]> {
  const times: number[] = []
  const end = performance.now() + ms
  while (performance.now() < end) {
    const started = performance.now()
    await (await fetch(`${world.gateway}/function/badge/api.svg`)).text()
    times.push(performance.now() - started)
    await sleep(20)
  }
  return times
}

async function longLog(world: Journey): Promise<void> {
  const line = (index: number) =>
    `#${index % 20} \u001b[32m✓\u001b[0m test ${index} of the basket passes in 12 ms\n`
  let text = ''
  for (let index = 0; text.length < 10 * 1024 * 1024; index += 1) text += line(index)
  const [newest] = await world.ledger.buildIds('api')
  const record = (await world.ledger.build('api', newest ?? '')) as BuildRecord
  const bytes = gzipSync(text)
  const layer = { mediaType: 'x', digest: await world.ledger.putLog('api', bytes), size: bytes.length }
  const id = `${record.time + 1}-${record.commit.slice(0, 12)}`
  await world.ledger.writeBuild({ ...record, id, time: record.time + 1, logs: [layer] })
  const open = async (query: string) => {
    const started = performance.now()
    const body = await (await world.page(`api/builds/${id}${query}`)).text()
    return `${Math.round(performance.now() - started)} ms, ${Math.round(body.length / 1024)} kB`
  }
  console.log(`page of a 10 MB log, first: ${await open('')}`)
  for (const at of [1, 50_000, 100_000]) console.log(`page around line ${at}: ${await open(`?at=${at}`)}`)
  console.log(`the raw log: ${await open('.log')}`)
}

/** What the badge process has worked, in ms: it does not depend on what else the machine does. */
function cpuMs(world: Journey): number {
  const stat = readFileSync(`/proc/${world.stack.gateway.pid('badge')}/stat`, 'utf8')
  const [user = 0, system = 0] = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14).map(Number)
  return (user + system) * 10
}

function memory(world: Journey): string {
  const status = readFileSync(`/proc/${world.stack.gateway.pid('badge')}/status`, 'utf8')
  const mb = (key: string) => Math.round(Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)?.[1]) / 1024)
  return `memory of badge: ${mb('VmRSS')} MB, peak ${mb('VmHWM')} MB`
}

function spread(values: number[]): string {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (part: number) => Math.round((sorted[Math.floor(sorted.length * part)] ?? 0) * 10) / 10
  return `median ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(0.9999)} ms`
}

function middle(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

await main()
