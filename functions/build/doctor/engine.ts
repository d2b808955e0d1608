import { failed, ok } from '../../shared/check.ts'
import { Failure } from '../../shared/failure.ts'
import * as words from '../words/doctor.ts'
import type { Look } from './examine.ts'

/** The first whose BuildKit is complete enough. */
const OLDEST = [20, 10] as const

/** Whether the Docker Engine answers and is new enough. */
export const checkEngine: Look = async ({ engine, config }) => {
  try {
    const version = await engine.version()
    if (!isNewEnough(version)) return failed('engine', 'engine_old', words.engineOld(version))
    return ok('engine', words.engineGood(version, config.dockerHost))
  } catch (error) {
    if (error instanceof Failure && error.code === 'secret_missing')
      return failed('engine', 'secret_missing', error.message)
    throw error
  }
}

/** Whether a version like `20.10.24+dfsg1` is 20.10 or newer; one that cannot be read is. */
export function isNewEnough(version: string): boolean {
  const [major = Number.NaN, minor = 0] = version.split('.').map(Number.parseFloat)
  return !(major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
}
