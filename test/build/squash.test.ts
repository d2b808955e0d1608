import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openLedger } from '../../functions/shared/ledger.ts'
import { openRegistry } from '../../functions/shared/registry.ts'
import { playedWorld } from '../fuzz/played-world.ts'
import type { Happening } from '../fuzz/story.ts'

const WEB = { name: 'web', version: '1.0', source: 0, breaks: false }
const EMPTY: Happening = {
  kind: 'merge',
  repository: 0,
  services: [],
  squash: false,
  told: 'nobody',
  later: 1,
}

// Every merge that ends is a line of the log.
process.stderr.write = () => true

const squash = suite('a squash merge that only its push has told of')
squash('is found by the next catch-up of the process that took it for an ordinary push', async () => {
  const world = playedWorld(1)
  const ledger = openLedger(openRegistry(world.quick.perform))
  const [repository] = world.repositories
  assert.ok(repository)
  await world.happen(EMPTY)
  await world.happen({ kind: 'catch-up' })
  await world.settle(0)
  await world.happen({ ...EMPTY, services: [WEB], squash: true, told: 'push' })
  await world.settle(0)
  const { sha = '' } = repository.merges.at(-1) ?? {}
  assert.is(await ledger.merge(repository.id, sha), undefined, 'its push is ignored')
  await world.happen({ kind: 'catch-up' })
  await world.settle(0)
  assert.is((await ledger.merge(repository.id, sha))?.state, 'built')
})
squash.run()
