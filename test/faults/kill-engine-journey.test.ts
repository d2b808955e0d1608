import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hostNodeImage } from '../../local/base-image.ts'
import { whereIs } from '../../local/debian.ts'
import { startDockerd } from '../../local/dockerd.ts'
import { openState, type State } from '../../local/state.ts'
import { run, runs } from '../build/engine-stage.ts'
import { type FaultWorld, openFaultWorld } from './fault-world.ts'
import type { Moment } from './faulty-registry.ts'

const killed = suite('the Docker Engine killed')
const program = whereIs('dockerd')
const given = process.env.DOCKER_HOST
/** A second engine may be started where the machine has none of its own: a service would mind. */
const may =
  process.getuid?.() === 0 && program !== undefined && given !== undefined && /artefacto-/.test(given)

const test = may ? killed : killed.skip

let world: FaultWorld
let state: State
let engine: Awaited<ReturnType<typeof startDockerd>>

const start = async () => {
  engine = await startDockerd({ state, program: program ?? '' })
  process.env.DOCKER_HOST = engine.host
}

/** As the kernel does when memory is short: no container is ended, no client is told. */
async function kill(): Promise<void> {
  const [pid = ''] = readFileSync(join(state.folder, 'engine/dockerd.pid'), 'utf8').split(/\s/)
  assert.ok(Number(pid) > 0)
  process.kill(Number(pid), 'SIGKILL')
}

killed.before(async () => {
  if (!may) return
  state = openState(mkdtempSync(join(tmpdir(), 'af-')))
  await start()
  world = await openFaultWorld()
  await world.judge(await world.mergeBoth())
})
killed.after(async () => {
  if (!may) return
  await world.close()
  await engine.stop()
  state.close()
  rmSync(state.folder, { recursive: true, force: true })
})

const PHASES: [string, Moment][] = [
  ['while it pushes', { steps: [/^PATCH \/v2\/staging\/web\/blobs/] }],
  ['between push and cleanup', { steps: [/^GET \/v2\/staging\/web\/manifests\/sha256:/] }],
]
for (const [phase, moment] of PHASES)
  test(phase, async () => {
    const merge = await world.mergeUntil(moment)
    await kill()
    world.faulty.release()
    await start()
    await world.recovered(merge)
    await world.judge(merge)
  })

test('in a RUN, whose merge waits as an error and is then built', async () => {
  const mark = `mark-${process.pid}`
  const script = `setTimeout(() => fs.writeFileSync('/result', '${mark}'), 4_000)`
  const merge = await world.mergeBoth({
    dockerfile: `FROM ${await hostNodeImage({ ...engine, started: true })} AS work\n${run(script)}FROM scratch\nCOPY --from=work /result /\n`,
  })
  await world.until('the RUN', async () => runs(mark))
  await kill()
  const record = await world.ended(merge.sha)
  assert.is(record.state, 'error')
  assert.match(record.reason ?? '', /Docker Engine/)
  await start()
  await world.recovered(merge)
  await world.judge(merge)
  assert.not(runs(mark))
})
killed.run()
