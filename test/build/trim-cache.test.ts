import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readConfig } from '../../functions/build/config.ts'
import { checkEngineCache } from '../../functions/build/doctor/engine-cache.ts'
import { openHeard } from '../../functions/build/doctor/heard.ts'
import { trimCache } from '../../functions/build/engine-cache.ts'
import { openMetrics } from '../../functions/build/metrics.ts'
import { openWorks } from '../../functions/build/works.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import type { Check } from '../../functions/shared/check.ts'
import { oneEngine } from '../support/engines-of.ts'

// What is done stands in the log.
process.stderr.write = () => true

/** A build whose engine frees a thousand bytes each time, or fails. */
function open(engine_cache: string) {
  const asked: number[] = []
  let fails = false
  const shop = {
    config: readConfig({ engine_cache }),
    works: openWorks(),
    metrics: openMetrics(),
    engines: oneEngine({
      prune: async (keep: number) => {
        asked.push(keep)
        if (fails) throw new Error('no engine')
        return 1000
      },
    }),
  } as unknown as Workshop
  return { shop, asked, failing: (now: boolean) => (fails = now) }
}

const cache = suite("the engine's cache")
cache('is left alone unless the operator says a size', async () => {
  const { shop, asked } = open('')
  await trimCache(shop)
  assert.equal(asked, [])
})
cache('is brought under the size at the start, and after builds, not every minute', async () => {
  const { shop, asked } = open('20g')
  await trimCache(shop)
  await trimCache(shop)
  assert.equal(asked, [20e9])
  shop.works.cacheGrown = true
  await trimCache(shop)
  assert.equal([asked.length, shop.metrics.cache.freed], [2, 2000])
})
cache('is left alone while a build runs or waits', async () => {
  const { shop, asked } = open('20g')
  let end = () => {}
  const build = shop.engines.slots(() => new Promise<void>((resolve) => (end = resolve)))
  await Promise.resolve()
  await trimCache(shop)
  assert.equal(asked, [])
  end()
  await build
  await trimCache(shop)
  assert.is(asked.length, 1)
})
cache('is tried again where the engine did not answer, and nobody hears of it', async () => {
  const { shop, asked, failing } = open('20g')
  failing(true)
  await trimCache(shop)
  failing(false)
  await trimCache(shop)
  await trimCache(shop)
  assert.is(asked.length, 2)
})
cache.run()

const doctor = suite("the doctor's line of it")
const look = async (engine_cache: string) => {
  const signal = AbortSignal.timeout(1000)
  const check = await checkEngineCache(
    open(engine_cache).shop,
    signal,
    openHeard(() => 0),
  )
  return check as Check
}
doctor('is a hint where nothing limits it', async () => {
  const { state, fault, says } = await look('')
  assert.equal([state, fault], ['skipped', 'engine_cache'])
  assert.is(says, '`engine_cache` is empty: nothing limits the build cache of the engine')
})
doctor('says the size, and what was freed', async () => {
  const { state, says } = await look('20g')
  assert.equal(
    [state, says],
    ['ok', 'it is kept under 20.0 GB; 0 B were taken out of it since build was started'],
  )
})
doctor.run()
