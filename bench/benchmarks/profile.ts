import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { images, type Journey, openJourney, REPOSITORY } from '../../test/support/journey.ts'
import type { Benchmark } from '../benchmark.ts'
import { built } from '../built.ts'
import { green } from '../green.ts'
import { type Begins, type Phase, phases } from '../phases.ts'
import { median } from '../series.ts'
import { smallService } from '../small-service.ts'
import { covered } from '../tap.ts'
import { openTaps } from '../taps.ts'
import { untold } from '../untold.ts'
import { waterfall } from '../waterfall.ts'

const TITLE = 'One merge, from the delivery to the green badge'

/** The way of a merge of one service: what each stretch of it begins with. */
const WAY: readonly Begins[] = [
  ['webhook', 'gateway', /^POST \/function\/webhook/],
  ['queue', 'gateway', /^POST \/async-function\/build/],
  ['record: queued', 'registry', /^GET \/v2\/merges\//],
  ['confirm at GitHub, ask for source', 'engine', /^GET \/_ping/],
  ['date, download', 'registry', /^GET \/v2\/merges\/\d+\/manifests\/newest/],
  ['plan', 'registry', /^GET \/v2\/builds\/web\/manifests\/owner/],
  ['build', 'engine', /^POST \/session/],
  ['push', 'engine', /^POST \/images\/.*\/push/],
  ['log, record: staged', 'registry', /^GET \/v2\/staging\//],
  ['publish', 'registry', /^GET \/v2\/web\/manifests\//],
  ['record: built', 'registry', /^GET \/v2\/builds\/web\/manifests\/(?:published|\d)/],
  ['badge', 'gateway', /^POST \/async-function\/badge/],
]

/** Build tells badge twice: that it builds, and that it has. */
const HINT = /^POST \/async-function\/badge/

type Run = { whole: number; asked: number; way: Phase[] }

export const benchmark: Benchmark = {
  title: TITLE,
  about: `One merge of one small service, 50 files that are copied into an empty image, as both events that GitHub sends tell of it.
Proxies before gateway, GitHub, registry and engine take the times; the functions know nothing of them. Each row begins with
the call that begins that part of the way. The parts follow each other without a gap, so they add up to the whole.`,
  needs: { git: 'git' },
  async run({ turns }) {
    const world = await openJourney()
    writeFileSync(join(world.state.secrets, 'github-token'), 'ghp_bench')
    const taps = await openTaps(world)
    try {
      const plain: number[] = []
      for (let turn = 0; turn <= turns; turn += 1) plain.push(await untapped(world, `1.0.${turn}`))
      await taps.begin()
      const runs: Run[] = []
      for (let turn = 0; turn <= turns; turn += 1) runs.push(await tapped(world, taps, `2.0.${turn}`))
      return foundOf(plain.slice(1), runs.slice(1))
    } finally {
      taps.close()
      await world.close()
    }
  },
}

function foundOf(plain: number[], runs: Run[]) {
  const wholes = runs.map(({ whole }) => whole)
  const shown = [...runs].sort((a, b) => a.whole - b.whole)[runs.length >> 1] as Run
  const figures = WAY.map(([what], at) => ({
    what,
    against: 'the whole',
    unit: 'ms' as const,
    ours: runs.map(({ way }) => (way[at] as Phase).ended - (way[at] as Phase).began),
    theirs: wholes,
  }))
  const own = Math.round(median(runs.map(({ whole, asked }) => whole - asked)))
  return {
    figures,
    picture: waterfall(TITLE, shown.way),
    notes: [
      `Of the ${Math.round(median(wholes))} ms, ${own} ms have no call on its way: the functions' own work, and the hops to gateway and badge. The picture is the run in the middle.`,
      `The proxies cost time themselves: without them, and with its tidying up, which nobody waits for, the same merge takes ${Math.round(median(plain))} ms.`,
    ],
  }
}

async function untapped(world: Journey, version: string): Promise<number> {
  const { sha, tell } = await untold(world, REPOSITORY, filesOf(version))
  const began = performance.now()
  await Promise.all([built(world, [sha]), tell()])
  await green(world, 'web', version)
  return performance.now() - began
}

async function tapped(
  world: Journey,
  taps: Awaited<ReturnType<typeof openTaps>>,
  version: string,
): Promise<Run> {
  const { sha, tell } = await untold({ ...world, gateway: taps.gateway }, REPOSITORY, filesOf(version))
  taps.take()
  const end = built(world, [sha])
  const told = tell()
  while (taps.count(HINT) < 2) await sleep(1)
  await green(world, 'web', version)
  const ended = performance.now()
  await Promise.all([told, end])
  const seen = taps.take()
  const began = Math.min(...seen.map((call) => call.began))
  const whole = ended - began
  const calls = seen
    .map((call) => ({ ...call, began: call.began - began, ended: Math.min(call.ended - began, whole) }))
    .filter((call) => call.began < whole)
  return { whole, asked: covered(calls), way: phases(calls, WAY, whole) }
}

function filesOf(version: string) {
  return { ...images({ web: version }), ...smallService('web', version) }
}
