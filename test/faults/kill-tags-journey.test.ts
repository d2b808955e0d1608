import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { REPOSITORY, service } from '../support/journey.ts'
import { type FaultWorld, openFaultWorld, type Promised } from './fault-world.ts'
import type { Moment } from './faulty-registry.ts'

const PUT = (service: string, tag: string) => new RegExp(`^PUT /v2/${service}/manifests/${tag}$`)

/** Where build is when it dies, as the registry sees it: every version first, then every tag. */
const PHASES: [string, Moment][] = [
  ['between the last version and the first tag', { steps: [PUT('web', 'latest')] }],
  ['between two tags', { steps: [PUT('web', '1')] }],
  ['between the tags of two services', { steps: [PUT('api', 'latest')] }],
  ['after the last tag', { steps: [PUT('api', '1')], done: true }],
]

const killed = suite('build killed when it moves tags')
let world: FaultWorld
let round = 0
killed.before(async () => {
  world = await openFaultWorld()
  await judge(await merge())
})
killed.after(() => world.close())

/** The next version of web and api, each with two tags beside it. */
async function merge(): Promise<Promised> {
  round += 1
  const versions = { web: `1.${round}.0`, api: `1.${round}.0` }
  const entries = Object.entries(versions).map(([service_name, version]) => ({
    service_name,
    version,
    type: 'Docker',
    tags: ['latest', '1'],
  }))
  const files = { ...service('web', `w${round}`), ...service('api', `a${round}`) }
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { ...files, 'images.json': JSON.stringify(entries) },
  })
  return { sha, versions }
}

/** As every fault is judged, and every tag is at the version. */
async function judge(promised: Promised): Promise<void> {
  const { services, attempt } = await world.judge(promised)
  assert.is(attempt, 1, 'nothing was built a second time')
  for (const { name, digest, tags } of services) {
    assert.equal(tags, ['latest', '1'])
    for (const tag of ['latest', '1'])
      assert.is(await world.registry.head(name, tag), digest, `${name}:${tag}`)
  }
}

for (const [phase, moment] of PHASES)
  killed(phase, async () => {
    const there = world.faulty.hold(moment)
    const promised = await merge()
    await there
    world.kill('build')
    world.faulty.release()
    await judge(promised)
  })

killed.run()
