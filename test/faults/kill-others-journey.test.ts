import { suite } from 'uvu'
import { startRegistry } from '../../local/registry.ts'
import { type FaultWorld, openFaultWorld } from './fault-world.ts'
import type { Moment } from './faulty-registry.ts'
import { killRegistry } from './kill-registry.ts'

const killed = suite('killed')
let world: FaultWorld
killed.before(async () => {
  world = await openFaultWorld()
  await world.judge(await world.mergeBoth())
})
killed.after(() => world.close())

/** Stops a function where it is, so that what is sent to it from now on is in its hands when it dies. */
function freeze(name: string): void {
  process.kill(world.stack.gateway.pid(name) as number, 'SIGSTOP')
}

killed('webhook, with deliveries in its hands', async () => {
  freeze('webhook')
  const merging = world.mergeBoth()
  // GitHub waits ten seconds for an answer. Whenever in them the process dies, the judgement is the same.
  setTimeout(() => world.kill('webhook'), 500)
  const merge = await merging
  await world.recovered(merge)
  await world.judge(merge)
})

killed('badge, with hints and questions in its hands', async () => {
  freeze('badge')
  const asked = fetch(`${world.gateway}/function/badge/web.json`).catch(() => undefined)
  const merge = await world.mergeBoth()
  await world.ended(merge.sha)
  world.kill('badge')
  await asked
  await world.judge(merge)
})

killed('every function at once, in the middle of a build', async () => {
  const there = world.faulty.hold({ steps: [/^GET \/v2\/staging\/web\/manifests\/sha256:/] })
  const merge = await world.mergeBoth()
  await there
  for (const name of ['webhook', 'badge', 'build']) world.kill(name)
  world.faulty.release()
  await world.judge(merge)
})

const PHASES: [string, Moment][] = [
  ['before it has a merge', { steps: [/^PUT \/v2\/merges\//] }],
  ['while an image is pushed', { steps: [/^PATCH \/v2\/staging\/web\/blobs/] }],
  ['between two tags', { steps: [/^PUT \/v2\/api\/manifests\/1\./] }],
  ['during cleanup', { steps: [/^DELETE \/v2\/staging\/web\//] }],
]
for (const [phase, moment] of PHASES)
  killed(`the registry, ${phase}`, async () => {
    const merge = await world.mergeUntil(moment)
    await killRegistry(world)
    world.faulty.release()
    const { state, engine, registryPort: port } = world
    await world.badge('web', 'unreachable')
    await startRegistry({ state, engine, port, say: () => {} })
    await world.recovered(merge)
    await world.judge(merge)
  })

killed.run()
