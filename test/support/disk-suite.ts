import { existsSync } from 'node:fs'
import { suite, type Test } from 'uvu'
import { cacheFolder } from '../../ami/recipe/cache.ts'
import { rootFile } from '../../ami/recipe/root.ts'

/** Debian's packages, which test/run.ts fetches where that is possible. Without them these tests are skipped. */
const hasPackages = existsSync(rootFile(cacheFolder()))
if (!hasPackages && process.env.CI_RUN)
  throw new Error('CI lacks the file system of the service ami: node --import tsx ami/recipe/make.ts')

/** A suite of tests with the service; where its image cannot be made it is skipped as a whole, and says so. */
export function diskSuite(name: string): Test {
  const tests = suite(name)
  if (hasPackages) return tests
  tests('cannot be made here', () =>
    console.log('skipped: no image of the service ami (node --import tsx ami/recipe/make.ts says why)'),
  )
  const none = Object.assign(() => {}, { each: () => {} })
  return Object.assign(() => tests.skip(), { ...tests, before: none, after: none })
}
