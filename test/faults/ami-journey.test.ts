import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { BuildRecord } from '../../functions/shared/build-record.ts'
import type { Gateway } from '../../local/gateway/gateway.ts'
import { startRegistry } from '../../local/registry.ts'
import { freePort } from '../support/free-port.ts'
import { REPOSITORY, service } from '../support/journey.ts'
import { playAmi } from '../support/played-ami.ts'
import { tear } from '../support/tear.ts'
import { type FaultWorld, openFaultWorld, type Promised } from './fault-world.ts'
import type { Moment } from './faulty-registry.ts'
import { killRegistry } from './kill-registry.ts'
import { endIn, secondBuild } from './second-build.ts'

const MERGE = /^PUT \/v2\/merges\/\d+\/manifests\/[0-9a-f]{40}$/
const STAGED = /^PUT \/v2\/staging\/box\/manifests\/disk-/
const DISK = /^PUT \/v2\/box\/manifests\/[\d.]+-ami$/
const IMAGE = /^PUT \/v2\/box\/manifests\/[\d.]+$/
const CLEARED = /^DELETE \/v2\/staging\/box\//

const faults = suite('a merge of type AMI')
let world: FaultWorld
let ami: Awaited<ReturnType<typeof playAmi>>
let round = 0
faults.before(async () => {
  const port = await freePort()
  world = await openFaultWorld({ build: { ami_host: `tcp://127.0.0.1:${port}` } })
  const secret = () => readFileSync(join(world.state.secrets, 'payload-secret'), 'utf8').trim()
  ami = await playAmi(secret, { port })
  await judge(await mergeBox())
})

/** The next version of a service of type AMI and of one of type Docker. */
async function mergeBox(): Promise<Promised> {
  round += 1
  const versions = { box: `1.${round}.0`, web: `1.${round}.0` }
  const entries = [
    { service_name: 'box', version: versions.box, type: 'AMI', disk: 1 },
    { service_name: 'web', version: versions.web, type: 'Docker' },
  ]
  const files = {
    'images.json': JSON.stringify(entries),
    ...service('box', `b${round}`),
    ...service('web', `w${round}`),
  }
  const { sha } = await world.github.merge(REPOSITORY, { files, deliver: ['pull_request'] })
  return { sha, versions }
}

async function mergeUntil(moment: Moment): Promise<Promised> {
  const there = world.faulty.hold(moment)
  const merge = await mergeBox()
  await there
  return merge
}

/** As every merge, and its disk stands beside its image, made of that, at one digest; gives how many were made. */
async function judge(merge: Promised): Promise<number> {
  const { box = '' } = merge.versions
  const record = await world.judge(merge)
  const { digest, disk, build = '' } = record.services.find(({ name }) => name === 'box') ?? {}
  assert.is(await world.registry.head('box', `${box}-ami`), disk)
  assert.equal(world.faulty.digests('box', `${box}-ami`), [disk], 'what was put is what stands')
  const manifest = await world.registry.manifest('box', `${box}-ami`)
  assert.is(JSON.parse(`${manifest?.bytes}`).annotations['artefacto.image'], digest)
  assert.is(((await world.ledger.build('box', build)) as BuildRecord).disk?.digest, disk)
  return ami.made.filter((image) => image === digest).length
}

/** Where build is when it dies; the disk that stands in the end was made once all the same. */
const KILLED: [string, Moment][] = [
  ['before it says that it publishes', { steps: [STAGED, MERGE] }],
  ['between its disk and its image', { steps: [IMAGE] }],
  ['between two steps of cleanup', { steps: [CLEARED, CLEARED] }],
]
for (const [phase, moment] of KILLED)
  faults(`whose build is killed ${phase} ends with one disk, made once`, async () => {
    const merge = await mergeUntil(moment)
    world.kill('build')
    world.faulty.release()
    assert.is(await judge(merge), 1)
  })

for (const part of ['tag', 'revision'] as const)
  faults(`has its disk again of whose ${part} the registry keeps half`, async () => {
    const merge = await mergeUntil({ steps: [DISK], done: true })
    tear(world.state.registry, 'box', `${merge.versions.box}-ami`, part)
    world.kill('build')
    world.faulty.release()
    await world.recovered(merge)
    await judge(merge)
  })

faults(
  'is built again where the registry is killed in the middle of its disk, of which nothing is left',
  async () => {
    const stalled = ami.stalls()
    const merge = await mergeBox()
    await stalled
    await killRegistry(world)
    ami.does()
    const { state, engine, registryPort: port } = world
    await startRegistry({ state, engine, port, say: () => {} })
    await world.recovered(merge)
    await judge(merge)
  },
)

faults(
  'is an error where the service ami is killed in the middle of its disk, and built when it is back',
  async () => {
    const stalled = ami.stalls()
    const { sha, versions } = await mergeBox()
    await stalled
    const made = ami.made.length
    await ami.kill()
    const broken = await world.ended(sha)
    assert.equal([broken.state, broken.code], ['error', 'ami_down'])
    for (const tag of [versions.box, `${versions.box}-ami`])
      assert.is(await world.registry.head('box', `${tag}`), undefined)
    await ami.start()
    const claim = { repository_id: await world.id(), repository: REPOSITORY, sha }
    await world.until('the second attempt', async () => {
      // By hand: the catch-up would let it rest for a minute.
      await world.call('/function/build', claim)
      return ami.made.length > made
    })
    await judge({ sha, versions })
  },
)

const two = suite('two build processes on one merge of type AMI')
const lines: string[] = []
let second: Gateway
two.before(async () => {
  second = await secondBuild(world, lines, { ami_host: ami.host })
})
two.after(async () => {
  await second.close()
  await ami.close()
  await world.close()
})
for (const [phase, step] of [
  ['before its disk is staged', STAGED],
  ['between its disk and its image', IMAGE],
] as const)
  two(`${phase}: one digest of each, and the records name it`, async () => {
    const there = world.faulty.hold({ steps: [step], once: true })
    const merge = await mergeBox()
    await there
    await second.restart('build')
    await world.until('the second to end', async () => endIn(lines, merge.sha))
    world.faulty.proceed()
    await world.until('the first to end', async () => endIn(world.lines, merge.sha))
    assert.equal([endIn(world.lines, merge.sha), endIn(lines, merge.sha)], ['left', 'built'])
    await judge(merge)
  })

faults.run()
two.run()
