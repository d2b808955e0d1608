import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readConfig } from '../../functions/build/config.ts'
import { SOURCE_LABEL } from '../../functions/build/source-digest.ts'
import { sweep } from '../../functions/build/sweep.ts'
import { openWorks } from '../../functions/build/works.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import type { BuildRecord } from '../../functions/shared/build-record.ts'
import { Failure } from '../../functions/shared/failure.ts'
import { openLedger } from '../../functions/shared/ledger.ts'
import type { MergeState } from '../../functions/shared/merge-record.ts'
import { openRegistry } from '../../functions/shared/registry.ts'
import { PLAYED_REGISTRY, playedEngine } from '../fuzz/played-engine.ts'
import { quickRegistry } from '../fuzz/quick-registry.ts'
import { buildOf, mergeOf } from '../shared/records.ts'
import { oneEngine } from '../support/engines-of.ts'
import { putImage } from './image-in-memory.ts'

// An engine that does not answer is a line of the log.
process.stderr.write = () => true

/** A process of build that has just started, with its engine and registry. */
function stage() {
  const quick = quickRegistry()
  const engine = playedEngine(quick)
  let answers = true
  const gate = async () => {
    if (!answers) throw new Failure('engine_down')
  }
  const registry = openRegistry(quick.perform)
  const shop = {
    config: readConfig({ registry: PLAYED_REGISTRY }),
    works: openWorks(),
    ledger: openLedger(registry),
    registry,
    engines: oneEngine(engine.seenThrough(gate)),
    now: () => 0,
    cloud: async () => undefined,
  } as unknown as Workshop
  return {
    shop,
    images: engine.images,
    answering: (now: boolean) => {
      answers = now
    },
    /** A build's record, and its image in the engine, as a process leaves them that ends before the push. */
    async leave(more: Partial<BuildRecord>): Promise<string> {
      const record = buildOf('web', 1, more)
      await shop.ledger.writeBuild(record)
      const tag = record.manual ? `${record.commit}-${record.version}` : record.commit
      const image = `${PLAYED_REGISTRY}/staging/web:${tag}`
      const labels = { [SOURCE_LABEL]: 'v1:00', 'org.opencontainers.image.revision': record.commit }
      engine.images.set(image, labels)
      return image
    },
  }
}

/** A method call whose process has ended. */
const CALLED: Partial<BuildRecord> & { id: string } = {
  id: '0000000000002-aaaaaaaaaaaa-m00000000',
  state: 'building',
  manual: true,
  time: 2,
}

const left = suite('an image that was built and never pushed')
for (const state of ['failed', 'error', 'held', 'superseded', 'built'] as const)
  left(`is found in the engine by its name where its build is ${state}`, async () => {
    const { shop, images, leave } = stage()
    await leave({ state })
    await sweep(shop)
    assert.is(images.size, 0)
    assert.not(shop.works.untidy)
  })

left('is found where a method call was interrupted, which its record then says', async () => {
  const { shop, images, leave } = stage()
  await leave(CALLED)
  await sweep(shop)
  assert.is(images.size, 0)
  assert.match((await shop.ledger.build('web', CALLED.id))?.reason ?? '', /interrupted/)
})

left('stays while its merge is worked on, here or in another process', async () => {
  const { shop, images, leave } = stage()
  await leave({ state: 'error' })
  const [id = ''] = await shop.ledger.buildIds('web')
  const { commit: sha = '' } = (await shop.ledger.build('web', id)) ?? {}
  const work = shop.works.begin(mergeOf('x', 1, { sha }))
  await sweep(shop)
  assert.is(images.size, 1)
  shop.works.end(work)
  await leave({ state: 'building' })
  shop.works.untidy = true
  await sweep(shop)
  assert.is(images.size, 1)
})

left(
  'is found once the engine answers again; a method call that was interrupted says so before',
  async () => {
    const { shop, images, leave, answering } = stage()
    await leave({ state: 'failed' })
    await leave(CALLED)
    answering(false)
    await sweep(shop)
    assert.is((await shop.ledger.build('web', CALLED.id))?.state, 'error')
    assert.is(images.size, 2)
    answering(true)
    await sweep(shop)
    assert.is(images.size, 0)
  },
)
left.run()

const staged = suite('a tag in staging')
const STAYS: [string, MergeState, boolean][] = [
  ['is taken away when its merge is over', 'failed', false],
  ['is taken away when its merge waits after an error', 'error', false],
  ['stays while its merge is built', 'building', true],
]
for (const [what, state, stays] of STAYS)
  staged(what, async () => {
    const { shop } = stage()
    const merge = mergeOf('x', 1, { state })
    await shop.ledger.writeMerge(merge)
    await putImage(shop.registry, 'staging/web', merge.sha, {})
    await sweep(shop)
    assert.is((await shop.registry.tags('staging/web')).length, stays ? 1 : 0)
  })

staged('stays when its repository got its first record while the sweep was going on', async () => {
  const { shop } = stage()
  const merge = mergeOf('x', 1, { state: 'building' })
  await putImage(shop.registry, 'staging/web', 'other-1', {})
  const tags = shop.registry.tags
  shop.registry.tags = async (name) => {
    await shop.ledger.writeMerge(merge)
    await putImage(shop.registry, 'staging/web', merge.sha, {})
    return tags(name)
  }
  await sweep(shop)
  assert.ok((await tags('staging/web')).includes(merge.sha))
})
staged.run()
