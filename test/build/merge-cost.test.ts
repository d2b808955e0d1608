import { setImmediate } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { playedWorld } from '../fuzz/played-world.ts'
import type { QuickRegistry } from '../fuzz/quick-registry.ts'
import type { Happening } from '../fuzz/story.ts'

const MERGE: Extract<Happening, { kind: 'merge' }> = {
  kind: 'merge',
  repository: 0,
  services: [],
  squash: false,
  told: 'nobody',
  later: 60,
}
const web = (version: string) => ({ name: 'web', version, source: 0, breaks: false })
const api = { name: 'api', version: '1.0', source: 0, breaks: false }

// Every merge that ends is a line of the log.
process.stderr.write = () => true

/** Notes each call to the ledger, and how many of them began while no other was on its way. */
function watched(quick: QuickRegistry) {
  const { perform } = quick
  const seen = { calls: [] as string[], steps: 0 }
  let onTheirWay = 0
  quick.perform = async (repository, call) => {
    if (!/^(?:\/v2\/)?(?:merges|builds)\//.test(call.path)) return perform(repository, call)
    seen.calls.push(`${call.method} ${call.path}`)
    if (onTheirWay === 0) seen.steps += 1
    onTheirWay += 1
    // Longer than the played world lets one of two calls wait that are made at once.
    for (let turn = 0; turn < 8; turn += 1) await setImmediate()
    onTheirWay -= 1
    return perform(repository, call)
  }
  return seen
}

/** What a merge asks the ledger up to its last record, in a repository that has had others. */
async function lastMerge(listening: boolean, unchanged: (typeof api)[] = []) {
  const world = playedWorld(1, listening)
  await world.happen(MERGE)
  await world.happen({ kind: 'catch-up' })
  await world.settle(0)
  // Whose name it is is written with the first.
  for (const version of ['1.0', '1.1']) {
    await world.happen({ ...MERGE, services: [web(version), ...unchanged], told: 'pull' })
    await world.settle(0)
  }
  // What the one before tidies up is none of this one's.
  await world.happen({ kind: 'pause', turns: 200 })
  const seen = watched(world.quick)
  await world.happen({ ...MERGE, services: [web('1.2'), ...unchanged], told: 'pull' })
  await world.settle(0)
  const last = seen.calls.findLastIndex((call) => /^PUT merges/.test(call))
  return { calls: seen.calls.slice(0, last + 1), steps: seen.steps }
}

const cost = suite('what the ledger costs a merge')
cost('is three records of its service and four of itself, in few steps', async () => {
  const { calls, steps } = await lastMerge(false)
  const count = (expression: RegExp) => calls.filter((call) => expression.test(call)).length
  assert.is(count(/^PUT builds\/web\/manifests\/\d/), 3)
  assert.is(count(/^PUT builds\/web\/manifests\/published/), 1)
  assert.is(count(/^PUT merges\/\d+\/manifests\/[0-9a-f]{40}/), 4)
  assert.ok(calls.length <= 26, calls.join('\n'))
  // One of them while the source is read, if that takes as long.
  assert.ok(steps <= 23, `${steps} steps`)
})
cost(
  'is two questions more where the operator is told: is it the newest, and how did the one before end',
  async () => {
    const [told, untold] = [await lastMerge(true), await lastMerge(false)]
    assert.is(told.calls.length - untold.calls.length, 2, told.calls.join('\n'))
  },
)
cost('is one record of a service that is unchanged', async () => {
  const { calls } = await lastMerge(false, [api])
  const own = calls.filter((call) => call.includes('builds/api/'))
  assert.is(own.filter((call) => /^PUT .*manifests\/\d/.test(call)).length, 1)
  assert.ok(own.length <= 5, own.join('\n'))
})
cost.run()
