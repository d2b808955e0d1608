import { failed, ok } from '../../shared/check.ts'
import { Failure } from '../../shared/failure.ts'
import type { EngineAt } from '../engines.ts'
import * as words from '../words/doctor.ts'
import type { Look } from './examine.ts'

/** The first whose BuildKit is complete enough. */
const OLDEST = [20, 10] as const

/** Whether a Docker Engine answers and is new enough. */
export function checkEngine(name: string, { host, engine }: EngineAt): Look {
  return async () => {
    try {
      const version = await engine.version()
      if (!isNewEnough(version)) return failed(name, 'engine_old', words.engineOld(version))
      return ok(name, words.engineGood(version, host))
    } catch (error) {
      if (error instanceof Failure && error.code === 'secret_missing')
        return failed(name, 'secret_missing', error.message)
      throw error
    }
  }
}

/** Whether a version like `20.10.24+dfsg1` is 20.10 or newer; one that cannot be read is. */
export function isNewEnough(version: string): boolean {
  const [major = Number.NaN, minor = 0] = version.split('.').map(Number.parseFloat)
  return !(major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
}
