import { hint, ok } from '../../shared/check.ts'
import { bytes } from '../../shared/size.ts'
import * as words from '../words/doctor.ts'
import type { Look } from './examine.ts'

const NAME = 'engine cache'

/** Whether the engine's build cache is kept under a size; it may be meant not to be. */
export const checkEngineCache: Look = async ({ config: { engineCache }, metrics }) =>
  engineCache === undefined
    ? hint(NAME, 'engine_cache', words.cacheFree)
    : ok(NAME, words.cacheKept(bytes(engineCache), bytes(metrics.cache.freed)))
