import { suite } from 'uvu'
import { type FaultWorld, openFaultWorld } from './fault-world.ts'
import type { Moment } from './faulty-registry.ts'

const MERGE = /^PUT \/v2\/merges\/\d+\/manifests\/[0-9a-f]{40}$/
const TAG = (service: string) => new RegExp(`^PUT /v2/${service}/manifests/1\\.`)
const SERVICE = (service: string) => new RegExp(`^PUT /v2/builds/${service}/manifests/\\d`)

/** Where build is when it dies, as the registry sees it: publishing is the third record of a merge. */
const PHASES: [string, Moment][] = [
  ['before it says that it publishes', { steps: [MERGE, MERGE, MERGE] }],
  ['after it has said that it publishes', { steps: [MERGE, MERGE, MERGE], done: true }],
  ['while a blob is mounted', { steps: [/^POST \/v2\/web\/blobs\/uploads\/\?mount=/] }],
  ['between two tags', { steps: [TAG('api')] }],
  ['after the last tag', { steps: [TAG('api')], done: true }],
  ['before the record of a published service', { steps: [TAG('api'), SERVICE('web')] }],
  [
    'between the two tags of that record',
    { steps: [TAG('api'), /^PUT \/v2\/builds\/web\/manifests\/published$/] },
  ],
  ['before the record of the published merge', { steps: [TAG('api'), MERGE] }],
  ['after the record of the published merge', { steps: [TAG('api'), MERGE], done: true }],
  [
    'between the two tags of that record, too',
    { steps: [TAG('api'), /^PUT \/v2\/merges\/\d+\/manifests\/newest$/] },
  ],
  ['during cleanup', { steps: [/^DELETE \/v2\/staging\/web\//] }],
  ['between two steps of cleanup', { steps: [/^DELETE \/v2\/staging\/api\//] }],
]

const killed = suite('build killed when it publishes')
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

killed.run()
