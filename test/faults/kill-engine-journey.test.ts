import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { run, runs } from '../build/engine-stage.ts'
import { canHaveOwnEngine, type OwnEngine, openOwnEngine } from '../support/own-engine.ts'
import { type FaultWorld, openFaultWorld } from './fault-world.ts'
import type { Moment } from './faulty-registry.ts'

const killed = suite('the Docker Engine killed')
const may = canHaveOwnEngine()
const test = may ? killed : killed.skip

let world: FaultWorld
let engine: OwnEngine

killed.before(async () => {
  if (!may) return
  engine = await openOwnEngine()
  process.env.DOCKER_HOST = engine.host
  world = await openFaultWorld()
  await world.judge(await world.mergeBoth())
})
killed.after(async () => {
  if (!may) return
  await world.close()
  await engine.close()
})

const PHASES: [string, Moment][] = [
  ['while it pushes', { steps: [/^PATCH \/v2\/staging\/web\/blobs/] }],
  ['between push and cleanup', { steps: [/^GET \/v2\/staging\/web\/manifests\/sha256:/] }],
]
for (const [phase, moment] of PHASES)
  test(phase, async () => {
    const merge = await world.mergeUntil(moment)
    engine.kill()
    world.faulty.release()
    await engine.start()
    await world.recovered(merge)
    await world.judge(merge)
  })

test('in a RUN, whose merge waits as an error and is then built', async () => {
  const mark = `mark-${process.pid}`
  const script = `setTimeout(() => fs.writeFileSync('/result', '${mark}'), 4_000)`
  const merge = await world.mergeBoth({
    dockerfile: `FROM ${await engine.base()} AS work\n${run(script)}FROM scratch\nCOPY --from=work /result /\n`,
  })
  await world.until('the RUN', async () => runs(mark))
  engine.kill()
  const record = await world.ended(merge.sha)
  assert.is(record.state, 'error')
  assert.match(record.reason ?? '', /Docker Engine/)
  await engine.start()
  await world.recovered(merge)
  await world.judge(merge)
  assert.not(runs(mark))
})
killed.run()
