import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type FaultWorld, openFaultWorld } from '../faults/fault-world.ts'
import { images, type Journey, openJourney, REPOSITORY, service } from '../support/journey.ts'
import { readMetrics } from '../support/metrics.ts'

const AGE = 'artefacto_oldest_unfinished_merge_age_seconds'
const QUEUED = 'artefacto_unfinished_merges{state="queued"}'
const ENGINE_DOWN = 'artefacto_failures_total{code="engine_down"}'
const SERVICE = /^PUT \/v2\/builds\/web\/manifests\/\d/

async function metricsOf({ gateway }: { gateway: string }): Promise<Record<string, number>> {
  const answer = await fetch(`${gateway}/function/build/_/metrics`)
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain;.*\bversion=0\.0\.4/)
  return readMetrics(await answer.text())
}

const working = suite('metrics while a merge is in work')
let world: FaultWorld
working.before(async () => {
  world = await openFaultWorld()
})
working.after(() => world.close())
working('grow with its age, and are 0 again after its end', async () => {
  const merge = await world.mergeUntil({ steps: [SERVICE] })
  const first = await metricsOf(world)
  assert.is(first['artefacto_unfinished_merges{state="building"}'], 1)
  await world.until(
    'an older merge',
    async () => ((await metricsOf(world))[AGE] ?? 0) > (first[AGE] ?? 0) + 0.5,
  )
  world.faulty.proceed()
  await world.judge(merge)
  const after = await world.until('the end of the merge', async () => {
    const now = await metricsOf(world)
    return now[AGE] === 0 && now
  })
  assert.equal(
    [
      'merges_ended_total{result="built"}',
      'services_ended_total{result="built"}',
      'build_duration_seconds_count',
    ].map((name) => after[`artefacto_${name}`]),
    [1, 2, 2],
  )
  assert.ok((after['artefacto_queue_calls_total{result="accepted"}'] ?? 0) > 0)
  assert.ok((after.artefacto_last_delivery_timestamp_seconds ?? 0) > Date.now() / 1000 - 60)
})
working.run()

const down = suite('metrics while the engine is down')
let broken: Journey
down.before(async () => {
  broken = await openJourney(() => ({ build: { docker_host: 'unix:///nowhere/docker.sock' } }))
})
down.after(() => broken.close())
down('show the failure and the merge that waits, in the next process too', async () => {
  await broken.github.merge(REPOSITORY, { files: { ...images({ web: '1.0.0' }), ...service('web', 'w1') } })
  const waits = async () => {
    const now = await metricsOf(broken)
    const { [QUEUED]: queued, [ENGINE_DOWN]: failures = 0 } = now
    return queued === 1 && failures > 0 && now
  }
  const before = await broken.until('a failure that is counted', waits)
  await broken.catchUp()
  const after = await broken.until('the same of a new process', waits)
  assert.ok((after[AGE] ?? 0) > (before[AGE] ?? 0))
  assert.ok((after.artefacto_catch_up_started_total ?? 0) > 0)
  assert.ok((after.artefacto_catch_up_last_timestamp_seconds ?? 0) > 0)
})
down.run()
