import { setTimeout as sleep } from 'node:timers/promises'
import { hostNodeImage } from '../../local/base-image.ts'
import { images, type Journey, openJourney, REPOSITORY, service } from '../../test/support/journey.ts'
import { type Benchmark, inTurns } from '../benchmark.ts'
import { openLongLog } from '../long-log.ts'
import { buildByHand, printing } from '../printing-build.ts'
import { median } from '../series.ts'
import { workedMs } from '../worked.ts'

const VIEWERS = 200
const WINDOW_MS = 4_000
const ENGINE = 'docker build --progress=plain'
const RAW = 'its gzip read from the registry, unpacked'

type Grown = { html: string; next: number; wait: number }

/** What was seen in one window: from the print of a line until it was read, and what a badge beside took; in ms. */
type Seen = { line: number; badge: number }

export const benchmark: Benchmark = {
  title: 'The log of a build that runs',
  about: `From the moment in which a build prints a line until a person has it: on the page, which asks as often as badge
tells it to, for one and for ${VIEWERS} viewers at once; against the engine's own words in the terminal of who called
it, of the same build on the same engine at the same time. And a log of 10 MB: its page, of which a window is shown, against
reading it from the registry by hand.`,
  needs: { docker: 'docker.io' },
  async run({ turns }) {
    const few = Math.min(turns, 5)
    const world = await openJourney()
    try {
      const base = await hostNodeImage(world.engine)
      await world.merge({
        ...images({ web: '1.0.0', api: '1.0.0' }),
        ...service('web', 'w1'),
        ...service('api', 'a1'),
      })
      const files = { ...images({ web: '1.1.0', api: '1.0.0' }), 'web/Dockerfile': printing(base, 'ours') }
      await world.github.merge(REPOSITORY, { files })
      const path = await world.until('a line', () => printed(world))
      const terminal = await buildByHand(world, printing(base, 'theirs'))
      const pid = world.stack.gateway.pid('badge') ?? 0
      const shares: number[] = []
      const watched = (viewers: number) => async (): Promise<Seen> => {
        const before = workedMs(pid)
        const [line, badge] = await Promise.all([watch(world, path, viewers), badges(world)])
        if (viewers > 1) shares.push((workedMs(pid) - before) / WINDOW_MS)
        return { line, badge }
      }
      const unwatched = async (): Promise<Seen> => {
        const began = terminal.delays.length
        const badge = await badges(world)
        return { line: median(terminal.delays.slice(began)), badge }
      }
      const one = await inTurns(few, { ours: watched(1), theirs: unwatched })
      const many = await inTurns(few, { ours: watched(VIEWERS), theirs: unwatched })
      await terminal.close()
      const long = await openLongLog(world)
      const opened = await inTurns(few, { ours: long.first, theirs: long.byHand })
      const further = await inTurns(few, { ours: long.window, theirs: long.byHand })
      const late = { of: 'difference' as const, atMost: 1_500 }
      return {
        figures: [
          { what: 'a line, one viewer', against: ENGINE, unit: 'ms', ...of('line', one), goal: late },
          {
            what: `a line, ${VIEWERS} viewers`,
            against: ENGINE,
            unit: 'ms',
            ...of('line', many),
            goal: late,
          },
          {
            what: `a badge, while ${VIEWERS} look`,
            against: 'nobody looks',
            unit: 'ms',
            ...of('badge', many),
          },
          { what: 'a log of 10 MB, first window', against: RAW, unit: 'ms', ...opened },
          { what: 'a log of 10 MB, another window', against: RAW, unit: 'ms', ...further },
        ],
        notes: [`While ${VIEWERS} look, badge works for ${Math.round(median(shares) * 100)} % of one core.`],
      }
    } finally {
      await world.close()
    }
  },
}

function of(key: keyof Seen, { ours, theirs }: Record<'ours' | 'theirs', Seen[]>) {
  return { ours: ours.map((seen) => seen[key]), theirs: theirs.map((seen) => seen[key]) }
}

/** The path of web's newest build once it has printed something. */
async function printed(world: Journey): Promise<string | false> {
  const [id] = await world.ledger.buildIds('web')
  const path = `web/builds/${id}`
  return (await (await world.page(path)).text()).includes('stamp') && path
}

/** Open pages for a while, which ask as their script does. Gives the median of their lines' delays in ms. */
async function watch(world: Journey, path: string, viewers: number): Promise<number> {
  const { next } = await grown(world, path, 0)
  const end = performance.now() + WINDOW_MS
  const view = async (_: unknown, index: number): Promise<number[]> => {
    const delays: number[] = []
    await sleep((index * 700) / viewers)
    for (let from = next; performance.now() < end; ) {
      const { html, next, wait } = await grown(world, path, from)
      const now = Date.now()
      delays.push(...[...html.matchAll(/stamp (\d+)/g)].map(([, stamp]) => now - Number(stamp)))
      from = next
      await sleep(wait)
    }
    return delays
  }
  const delays = await Promise.all(Array.from({ length: viewers }, view))
  return median(delays.flat())
}

async function grown(world: Journey, path: string, from: number): Promise<Grown> {
  const answer = await world.page(`${path}/live?from=${from}`)
  if (!answer.ok) throw new Error(`live answered ${answer.status}`)
  return (await answer.json()) as Grown
}

/** A badge after the other for a while, each a little later than the one before: the median in ms. */
async function badges(world: Journey): Promise<number> {
  const times: number[] = []
  const end = performance.now() + WINDOW_MS
  while (performance.now() < end) {
    const began = performance.now()
    await (await fetch(`${world.gateway}/function/badge/api.svg`)).text()
    times.push(performance.now() - began)
    await sleep(20)
  }
  return median(times)
}
