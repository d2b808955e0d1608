import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hostNodeImage } from '../../local/base-image.ts'
import { run, runs } from '../build/engine-stage.ts'
import { type FaultWorld, openFaultWorld } from './fault-world.ts'
import type { Moment } from './faulty-registry.ts'

const MERGE = /^PUT \/v2\/merges\/\d+\/manifests\/[0-9a-f]{40}$/
const SERVICE = (service: string) => new RegExp(`^PUT /v2/builds/${service}/manifests/\\d`)
const PUSHED = /^GET \/v2\/staging\/web\/manifests\/sha256:/

/** Where build is when it dies, as the registry sees it. Its records of a merge: queued, building, publishing, built. */
const PHASES: [string, Moment][] = [
  ['before the record of the merge', { steps: [MERGE] }],
  ['after the record of the merge', { steps: [MERGE], done: true }],
  ['before it says that it builds', { steps: [MERGE, MERGE] }],
  ['before the record of a service', { steps: [SERVICE('web')] }],
  ['while the engine pushes', { steps: [/^(?:POST|PATCH|PUT) \/v2\/staging\/web\/blobs/] }],
  ['when the push is done and nobody knows', { steps: [PUSHED] }],
  ['when a service is staged', { steps: [PUSHED, SERVICE('web')], done: true }],
]

const killed = suite('build killed')
let world: FaultWorld
killed.before(async () => {
  world = await openFaultWorld()
  await world.judge(await world.mergeBoth())
})
killed.after(() => world.close())

for (const [phase, moment] of PHASES)
  killed(phase, async () => {
    const merge = await world.mergeUntil(moment)
    world.kill('build')
    world.faulty.release()
    await world.judge(merge)
  })

killed('while it downloads', async () => {
  world.github.faults.add({ match: /^GET \/[^ ]*(?:tar\.gz|tarball)/, stallAfter: 20, times: 1 })
  const merge = await world.mergeBoth()
  await world.until('the download', async () =>
    world.github.requests.some(({ path }) => path.includes(`tarball/${merge.sha}`)),
  )
  world.kill('build')
  world.github.faults.clear()
  assert.is((await world.judge(merge)).interruptions ?? 0, 0)
})

killed('in a RUN, which ends with it', async () => {
  const mark = `mark-${process.pid}`
  const script = `setTimeout(() => fs.writeFileSync('/result', '${mark}'), 3_000)`
  const merge = await world.mergeBoth({
    dockerfile: `FROM ${await hostNodeImage(world.engine)} AS work\n${run(script)}FROM scratch\nCOPY --from=work /result /\n`,
  })
  await world.until('the RUN', async () => runs(mark))
  world.kill('build')
  assert.is((await world.judge(merge)).attempt, 2)
  assert.not(runs(mark))
})

killed.run()
