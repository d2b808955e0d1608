import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readConfig } from '../../functions/build/config.ts'
import { openMetrics } from '../../functions/build/metrics.ts'
import { openRoom } from '../../functions/build/room.ts'
import { showMetrics } from '../../functions/build/show-metrics.ts'
import { openWorks } from '../../functions/build/works.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import type { MergeState } from '../../functions/shared/merge-record.ts'
import { busyBehind, busyBy } from '../../registry/busy.ts'
import { oneEngine } from '../support/engines-of.ts'

/** What build shows, with these merges unfinished. */
function shown(...states: MergeState[]): string {
  const metrics = openMetrics()
  const queued = new Date().toISOString()
  metrics.waiting(states.map((state, repositoryId) => ({ repositoryId, sha: '', state, queued }) as never))
  const shop = { config: readConfig({}), metrics, works: openWorks(), engines: oneEngine({}), now: Date.now }
  return String(showMetrics({ ...shop, room: openRoom(Date.now) } as unknown as Workshop).body)
}

const busy = suite('whether something is being built')
busy('is told by what build shows', () => {
  assert.is(busyBy(shown()), undefined)
  for (const state of ['building', 'publishing'] as const)
    assert.is(busyBy(shown('queued', state)), 'something is being built', state)
})
busy('is no for merges that wait: perhaps for the room that a collection makes', () => {
  assert.is(busyBy(shown('queued', 'error')), undefined)
})
busy('is yes for a build, and for a method call', () => {
  for (const name of ['artefacto_builds_running', 'artefacto_builds_waiting', 'artefacto_calls_running'])
    assert.is(busyBy(shown().replace(`\n${name} 0`, `\n${name} 1`)), 'something is being built', name)
})
busy('is not known where build shows something else, or does not answer', async () => {
  assert.match(String(busyBy('no function of that name')), /does not tell/)
  assert.match(String(await busyBehind('http://127.0.0.1:1')), /does not answer/)
  assert.match(String(await busyBehind('')), /does not answer/)
})
busy.run()
