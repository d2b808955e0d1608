import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { hostNodeImage } from '../../local/base-image.ts'
import type { Files } from '../../local/github/server.ts'
import { images, type Journey, openJourney, REPOSITORY, service } from '../../test/support/journey.ts'
import { type Benchmark, type Figure, inTurns } from '../benchmark.ts'
import { killed } from '../killed.ts'
import { type LedgerCost, ledgerCost } from '../ledger-cost.ts'
import { median } from '../series.ts'
import { openTaps, type Taps } from '../taps.ts'

type World = Journey & { taps: Taps }

const SLOW_MS = 5_000
const SLOW_TURNS = 2
/** Nothing has been asked for so long: what was under way is done. */
const QUIET_MS = 500

export const benchmark: Benchmark = {
  title: 'What the ledger costs',
  about: `The registry is the ledger: each merge and each build is a record in it. A tap before the registry sees when calls for
records are on their way (it costs a little time itself); the same merge without that time is what it is compared with.
A merge that nobody told of is found when the timer calls, once a minute. A tap before GitHub counts what that call
costs its limit of questions where nothing has happened; a 304 costs nothing.`,
  async run({ turns, short }) {
    const journey = await openJourney(() => ({ build: { repositories: REPOSITORY } }))
    writeFileSync(join(journey.state.secrets, 'github-token'), 'ghp_bench')
    const world = { ...journey, taps: await openTaps(journey) }
    try {
      await world.taps.begin()
      const one = await costs(world, turns, (version) => ({ web: service('web', version) }), '1')
      const two = await costs(world, turns, (version) => both(version), '2')
      const base = await hostNodeImage(world.engine)
      const slow = await costs(world, short ? 1 : SLOW_TURNS, (version) => slowly(base, version), '3')
      const figures = [
        costFigure('a merge of one service', one),
        costFigure('a merge of two services', two),
        beatFigure(slow, one),
        await lostFigure(world, Math.min(turns, 5)),
        await idleFigure(world, short ? 1 : 3),
      ]
      return { figures, notes: [told(one), ...(short ? [] : [await killedNote(world)])] }
    } finally {
      world.taps.close()
      await world.close()
    }
  },
}

const both = (version: string) => ({ web: service('web', version), api: service('api', version) })

/** A build that only waits. */
function slowly(base: string, version: string): Record<string, Files> {
  const wait = `fs.writeFileSync('/result', '${version}'); setTimeout(() => {}, ${SLOW_MS})`
  const dockerfile = `FROM ${base} AS work
RUN ${JSON.stringify(['node', '-e', wait])}
FROM scratch
COPY --from=work /result /
`
  return { web: { 'web/Dockerfile': dockerfile } }
}

/** The cost of merges, one after another; the first is thrown away. */
async function costs(
  world: World,
  turns: number,
  sources: (version: string) => Record<string, Files>,
  major: string,
): Promise<LedgerCost[]> {
  const found: LedgerCost[] = []
  for (let turn = 0; turn <= turns; turn += 1) {
    const version = `${major}.${turn}.0`
    const services = sources(version)
    const named = images(Object.fromEntries(Object.keys(services).map((name) => [name, version])))
    world.taps.take()
    const { state, reason, sha } = await world.merge(Object.assign(named, ...Object.values(services)))
    if (state !== 'built') throw new Error(reason)
    await quiet(world)
    const calls = world.taps.take().filter(({ to }) => to === 'registry')
    if (turn > 0) found.push(ledgerCost(calls, sha))
  }
  return found
}

/** Waits until build asks nobody any more. */
async function quiet({ taps }: World): Promise<void> {
  for (let before = -1; before !== taps.count(); ) {
    before = taps.count()
    await sleep(QUIET_MS)
  }
}

function costFigure(what: string, found: LedgerCost[]): Figure {
  return {
    what,
    against: 'the same merge without its calls for records',
    unit: 'ms',
    ours: found.map(({ whole }) => whole),
    theirs: found.map(({ whole, ledger }) => whole - ledger),
    goal: { of: 'difference', atMost: 150 },
  }
}

/** Nothing beats in the ledger: a long build has no more of it. */
function beatFigure(slow: LedgerCost[], quick: LedgerCost[]): Figure {
  return {
    what: `calls for records of a build of ${SLOW_MS / 1000} s`,
    against: 'of a build of a moment',
    unit: 'calls',
    ours: slow.map(({ calls }) => calls),
    theirs: quick.map(({ calls }) => calls),
    goal: { of: 'difference', atMost: 0 },
  }
}

/** A delivery that was lost, found when the timer calls, against one that came. */
async function lostFigure(world: World, turns: number): Promise<Figure> {
  const found = async (version: string, tell: (claim: object) => Promise<unknown>) => {
    const files = { ...images({ web: version }), ...service('web', version) }
    const { sha, number: pull_request } = await world.github.merge(REPOSITORY, { files, deliver: false })
    const repository_id = await world.id()
    const began = performance.now()
    await tell({ repository_id, repository: REPOSITORY, sha, pull_request })
    while ((await world.ledger.merge(repository_id, sha)) === undefined) await sleep(1)
    const ms = performance.now() - began
    await world.ended(sha)
    return ms
  }
  return {
    what: 'a lost merge, from the call of the timer to its record',
    against: 'a delivered one, from the queue to its record',
    unit: 'ms',
    ...(await inTurns(turns, {
      async ours(turn) {
        await due(world)
        return found(`4.${turn}.0`, () => world.call('/function/build', { catch_up: true }))
      },
      theirs: (turn) => found(`4.${turn}.1`, (claim) => world.call('/async-function/build', claim)),
    })),
  }
}

/** A new process, which has asked once by itself, and answers the timer's first call with work. */
async function due(world: World): Promise<void> {
  await world.stack.gateway.restart('build')
  await sleep(QUIET_MS)
  await quiet(world)
}

async function idleFigure(world: World, turns: number): Promise<Figure> {
  const counted = async (ask: () => Promise<unknown>) => {
    world.taps.take()
    await ask()
    return world.taps.take().filter(({ to, status }) => to === 'GitHub' && status !== 304).length
  }
  return {
    what: 'questions that count against the limit of GitHub, of a call of the timer that finds nothing',
    against: 'asking for the head of the branch',
    unit: 'calls',
    ...(await inTurns(turns, {
      async ours() {
        await due(world)
        return counted(() => world.call('/function/build', { catch_up: true }))
      },
      theirs: () => counted(() => fetch(`${world.taps.github}/repos/${REPOSITORY}/commits/develop`)),
    })),
    goal: { of: 'difference', atMost: 0 },
  }
}

function told(costs: LedgerCost[]): string {
  const one = (key: keyof LedgerCost) => median(costs.map((cost) => cost[key]))
  return `A merge of one service writes ${one('written')} tags of records in ${one('calls')} calls.`
}

async function killedNote(world: World): Promise<string> {
  const { engineToo, ms } = await killed(world)
  const dead = engineToo ? 'functions, registry and engine' : 'functions and registry'
  return `Where ${dead} were killed in the middle of a build, it ran again ${(ms / 1000).toFixed(1)} s after they were there; the period of the timer is 60 s.`
}
