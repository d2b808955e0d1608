import { chooseEngine } from '../../functions/build/engine-choice.ts'
import { hostNodeImage } from '../../local/base-image.ts'
import type { Files } from '../../local/github/server.ts'
import { images, type Journey, name, openJourney } from '../../test/support/journey.ts'
import { canHaveOwnEngine, openOwnEngine } from '../../test/support/own-engine.ts'
import { type Benchmark, type Figure, inTurns } from '../benchmark.ts'
import { busyService } from '../busy-service.ts'
import { released } from '../released.ts'
import { smallService } from '../small-service.ts'

const EIGHT = ['basket', 'billing', 'catalogue', 'mail', 'orders', 'search', 'users', 'web']

/** Turns of what takes long. */
const FEW = 5

/** Choices that are measured at once: one takes less than the clock can tell. */
const CHOICES = 1_000

/** Seconds, and hardly any core. */
const WAIT = 'setTimeout(() => {}, 6_000)'

type Sort = (service: string, word: string) => Files

export const benchmark: Benchmark = {
  title: 'Two Docker Engines',
  about: `A merge of eight services, all of them changed, is told of; the time ends when all stand in the registry. On two engines
on this machine against one of them; each has two builds at once, as is the default. A busy service works for half a second on
one core and waits about as long: both engines share this machine's cores. One that only waits, for six seconds, shows what
engines with cores of their own would do.`,
  needs: { git: 'git', dockerd: 'docker.io' },
  async run({ turns }) {
    if (!canHaveOwnEngine()) throw new Error('run it as root, where no Docker Engine runs: it starts two')
    const second = await openOwnEngine()
    const hosts = `${process.env.DOCKER_HOST} ${second.host}`
    const two = await openJourney(() => ({ build: { docker_host: hosts } }))
    const one = await openJourney()
    try {
      const base = await hostNodeImage(one.engine)
      await second.base()
      const busy: Sort = (service, word) => busyService(service, base, word)
      const waiting: Sort = (service, word) => smallService(service, word, { base, script: WAIT })
      const few = Math.min(turns, FEW)
      const figures: Figure[] = [
        {
          ...(await compared('busy', busy, { two, one, turns: few })),
          goal: { of: 'ratio', atMost: 1.1 },
        },
        {
          ...(await compared('waiting', waiting, { two, one, turns: few })),
          goal: { of: 'ratio', atMost: 0.6 },
        },
        choosing(turns),
      ]
      return { figures }
    } finally {
      await one.close()
      await two.close()
      await second.close()
    }
  },
}

async function compared(
  sort: string,
  service: Sort,
  { two, one, turns }: { two: Journey; one: Journey; turns: number },
): Promise<Figure> {
  const repository = `acme/${name(sort)}`
  for (const world of [two, one])
    await world.github.create(repository, { files: { 'README.md': `# ${sort}\n` } })
  const names = EIGHT.map((one) => `${sort}-${one}`)
  const release = (world: Journey, turn: number) => {
    const versions = Object.fromEntries(names.map((one) => [one, `1.0.${turn}`]))
    // By words of their own: an engine builds once what two services, or the two sides, have in common.
    const side = world === two ? 'two' : 'one'
    const sources = names.map((one) => service(one, `${one} ${side} ${turn}`))
    return released(world, Object.assign(images(versions), ...sources), versions, repository)
  }
  const series = await inTurns(turns, {
    ours: (turn) => release(two, turn),
    theirs: (turn) => release(one, turn),
  })
  return { what: `eight ${sort} services`, against: 'one engine', unit: 'ms', ...series }
}

/** What a choice costs, in ms. */
function choosing(turns: number): Figure {
  const measure = (count: number) => {
    const engines = Array.from({ length: count }, (_, at) => ({
      host: `tcp://engine-${at}:2376`,
      running: 1,
    }))
    const began = performance.now()
    for (let choice = 0; choice < CHOICES; choice += 1) chooseEngine(engines, `1/service-${choice}`)
    return (performance.now() - began) / CHOICES
  }
  const series = (count: number) => Array.from({ length: turns }, () => measure(count))
  return {
    what: 'to choose among eight engines',
    against: 'the only one',
    unit: 'ms',
    ours: series(8),
    theirs: series(1),
    goal: { of: 'difference', atMost: 5 },
  }
}
