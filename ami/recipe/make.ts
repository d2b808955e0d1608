import { cacheFolder } from './cache.ts'
import { rootOf } from './root.ts'

// For a machine that has a network now and none later: tests run without one.
console.log(await rootOf(cacheFolder(), console.log))
