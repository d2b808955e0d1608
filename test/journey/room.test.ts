import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { images, type Journey, openJourney, REPOSITORY, service } from '../support/journey.ts'
import { readMetrics } from '../support/metrics.ts'

const room = suite('a disk that is full')
let world: Journey
room.before(async () => {
  world = await openJourney()
})
room.after(() => world.close())

/** What the timer tells build of the engine's disk. */
const told = (free: number) =>
  world.call('/function/build', { catch_up: true, disks: { engine: { free, total: 100e9 } } })
const SENTENCE =
  /^the disk of engine is full: 1\.0 MB free of 100 GB; what is merged waits until there is room$/

room('is said before a build: the merge waits, and is built when there is room', async () => {
  await told(1e6)
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { ...images({ web: '1.0.0' }), ...service('web', 'w1') },
  })
  const repositoryId = await world.id()
  const record = await world.until('the reason', async () => {
    const found = await world.ledger.merge(repositoryId, sha)
    return found?.reason !== undefined && found
  })
  assert.equal([record.state, record.code, record.attempt], ['queued', 'disk_full', 0])
  assert.match(record.reason ?? '', SENTENCE)
  await world.badge('web', 'unknown')
  const metrics = readMetrics(await (await fetch(`${world.gateway}/function/build/_/metrics`)).text())
  assert.is(metrics['artefacto_disk_free_bytes{disk="engine"}'], 1e6)
  assert.is(metrics['artefacto_disk_size_bytes{disk="engine"}'], 100e9)
  assert.ok(Number(metrics['artefacto_disk_free_bytes{disk="build"}']) > 0)
  await told(50e9)
  await world.catchUp()
  assert.is((await world.ended(sha)).state, 'built')
  await world.badge('web', '1.0.0')
})

room('refuses a call of the build method with the same sentence, and nothing is recorded', async () => {
  await told(1e6)
  const call = { service_name: 'web', version: '1.1.0', type: 'Docker', repository: REPOSITORY }
  const answer = await world.call('/function/build', call)
  assert.is(answer.status, 503)
  const { error, message } = (await answer.json()) as { error: string; message: string }
  assert.is(error, 'disk_full')
  assert.match(message, SENTENCE)
  assert.is(await world.registry.head('web', '1.1.0'), undefined)
  await told(50e9)
  assert.is((await world.call('/function/build', call)).status, 200)
})
room.run()
