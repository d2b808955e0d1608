import { hostNodeImage } from '../../local/base-image.ts'
import { type Journey, openJourney } from '../../test/support/journey.ts'
import { type Batch, createRepositories, fed, merged } from '../batch.ts'
import { type Benchmark, type Figure, inTurns } from '../benchmark.ts'
import { type FedEngine, openFedEngine } from '../fed-engine.ts'
import { median } from '../series.ts'
import { sharesOf } from '../shares.ts'
import { smallService } from '../small-service.ts'
import { openTaps } from '../taps.ts'

/** Builds at once, as `max_builds` is by default. */
const AT_ONCE = 2

/** About a second of one core: less than what compiles or tests anything. */
const SCRIPT = "require('node:crypto').pbkdf2Sync('a', 'b', 2e6, 64, 'sha512')"

export const benchmark: Benchmark = {
  title: 'Merges a minute',
  about: `Merges in up to five repositories are told of at one moment, by both events that GitHub sends; the time ends when all are
built and every badge is green with the newest. Against the same builds and pushes on the same engine and registry and nothing
else: \`docker build && docker push\` in folders that lie there, by a script that runs as many at once. Gateway, functions,
registry, engine and the GitHub that is asked share the machine's cores. A build of a second computes for about a second; a
build of a moment only copies 50 files, so that what is beside the build is most of it.`,
  needs: { git: 'git', docker: 'docker.io', xargs: 'findutils' },
  async run() {
    const world = await openJourney()
    const engine = await openFedEngine(world, AT_ONCE)
    const taps = await openTaps(world)
    try {
      await createRepositories(world)
      const base = await hostNodeImage(world.engine)
      const source: Batch['source'] = (service, word) => smallService(service, word, { base, script: SCRIPT })
      const sides = sidesOf(world, engine)
      const goal = { of: 'ratio', atLeast: 0.9 } as const
      const second = (size: number) => ({ size, version: `2.${size}`, source })
      const figures = [
        { ...figureOf('a build of a second', 1, await inTurns(3, sides(second(1)))), goal },
        { ...figureOf('a build of a second', 10, await inTurns(2, sides(second(10)))), goal },
        // It takes minutes, and what came before has warmed both: one run each.
        { ...figureOf('a build of a second', 50, await once(sides(second(50)))), goal },
      ]
      const moments = { size: 10, version: '1.10', source: smallService }
      const moment = figureOf('a build of a moment', 10, await inTurns(3, sides(moments)))
      await taps.begin()
      // The new processes look about first, which is no merge's share.
      await merged(world, { ...second(1), version: '3' })
      taps.take()
      await merged(world, { ...second(10), version: '4' })
      const shares = sharesOf(taps.take(), 10)
      return { figures: [...figures, moment], notes: [beside(moment), shares] }
    } finally {
      taps.close()
      engine.close()
      await world.close()
    }
  },
}

function sidesOf(world: Journey, engine: FedEngine) {
  return (batch: Batch) => {
    const at = (turn: number) => ({ ...batch, version: `${batch.version}.${turn}` })
    return {
      ours: (turn: number) => merged(world, at(turn)),
      theirs: (turn: number) => fed(engine, at(turn)),
    }
  }
}

async function once({ ours, theirs }: ReturnType<ReturnType<typeof sidesOf>>) {
  return { ours: [await ours(0)], theirs: [await theirs(0)] }
}

function figureOf(
  what: string,
  size: number,
  { ours, theirs }: { ours: number[]; theirs: number[] },
): Figure {
  const rates = (all: number[]) => all.map((ms) => (size * 60_000) / ms)
  return {
    what: `${what}, ${size} at once`,
    against: `docker build and push, ${AT_ONCE} at once`,
    unit: 'a minute',
    ours: rates(ours),
    theirs: rates(theirs),
  }
}

/** What the chain adds to a build, and from which build on that is a tenth. */
function beside({ ours, theirs }: Figure): string {
  const each = 60_000 / median(ours) - 60_000 / median(theirs)
  const seconds = ((each * 9 * AT_ONCE) / 1000).toFixed(1)
  return `Where the engine is busy all the time, a merge costs ${Math.round(each)} ms of the machine beside its build: a tenth of all where a build takes ${seconds} s.`
}
