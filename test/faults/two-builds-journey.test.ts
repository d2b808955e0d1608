import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hostNodeImage } from '../../local/base-image.ts'
import type { Gateway } from '../../local/gateway/gateway.ts'
import { run, runs } from '../build/engine-stage.ts'
import { canHaveOwnEngine, type OwnEngine, openOwnEngine } from '../support/own-engine.ts'
import { type FaultWorld, openFaultWorld } from './fault-world.ts'
import type { Moment } from './faulty-registry.ts'
import { endIn, secondBuild } from './second-build.ts'

const MERGE = /^PUT \/v2\/merges\/\d+\/manifests\/[0-9a-f]{40}$/
const PUSHED = /^GET \/v2\/staging\/web\/manifests\/sha256:/
const API = /^PUT \/v2\/api\/manifests\/1\./

/** Where the first process is when the second comes and does it all, and how the first one's work ends then. */
const PHASES: [string, Moment['steps'], 'left' | 'built'][] = [
  ['before its first record', [MERGE], 'built'],
  ['before the record of a service', [/^PUT \/v2\/builds\/web\/manifests\/\d/], 'left'],
  ['with an image in staging', [PUSHED], 'left'],
  ['before a service is recorded as staged', [PUSHED, /^PUT \/v2\/builds\/web\/manifests\/\d/], 'left'],
  // The one write that it had begun already; what it finds then is what stands.
  ['before it says that it publishes', [MERGE, MERGE, MERGE], 'built'],
  ['between two tags', [API], 'left'],
  ['before the last record', [API, MERGE], 'built'],
]

const two = suite('two build processes on one merge')
let world: FaultWorld
let second: Gateway
/** The second one's, where there can be one: no image that it builds has the first one's digest. */
let engine: OwnEngine | undefined
const lines: string[] = []
two.before(async () => {
  world = await openFaultWorld()
  await world.judge(await world.mergeBoth())
  if (canHaveOwnEngine()) engine = await openOwnEngine()
  second = await secondBuild(world, lines, engine && { docker_host: engine.host })
})
two.after(async () => {
  await second.close()
  await world.close()
  await engine?.close()
})

for (const [phase, steps, end] of PHASES)
  two(`${phase}: one digest, and the records name it`, async () => {
    const there = world.faulty.hold({ steps, once: true })
    const merge = await world.mergeBoth()
    await there
    await second.restart('build')
    await world.until('the second to end', async () => endIn(lines, merge.sha))
    assert.is(endIn(lines, merge.sha), 'built')
    world.faulty.proceed()
    await world.until('the first to end', async () => endIn(world.lines, merge.sha))
    assert.is(endIn(world.lines, merge.sha), end)
    await world.judge(merge)
  })

const each = canHaveOwnEngine() ? two : two.skip
each(
  'in a RUN: the second runs it on its own engine, and what the first makes of it is not published',
  async () => {
    const mark = `mark-${process.pid}`
    const base = await hostNodeImage(world.engine)
    assert.is(await engine?.base(), base)
    const wait = run(`fs.writeFileSync('/result', '${mark}'); setTimeout(() => {}, 6_000)`)
    const merge = await world.mergeBoth({
      dockerfile: `FROM ${base} AS work\n${wait}FROM scratch\nCOPY --from=work /result /\nCOPY content /\n`,
    })
    await world.until('the RUN', async () => runs(mark))
    await second.restart('build')
    await world.until('both to end', async () => endIn(lines, merge.sha) && endIn(world.lines, merge.sha))
    assert.equal([endIn(lines, merge.sha), endIn(world.lines, merge.sha)], ['built', 'left'])
    await world.judge(merge)
  },
)

two('that catch up at the same moment end in one build', async () => {
  const merge = await world.mergeBoth({ deliver: false })
  await Promise.all([second.restart('build'), world.stack.gateway.restart('build')])
  await world.judge(merge)
  assert.is((await world.ledger.buildIds('web')).length, PHASES.length + (canHaveOwnEngine() ? 3 : 2))
})

two.run()
