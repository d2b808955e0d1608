import { once } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readConfig } from '../../functions/build/config.ts'
import { deadline, refuseTooLarge } from '../../functions/build/limits.ts'
import type { Failure } from '../../functions/shared/failure.ts'
import type { Entry } from '../../functions/shared/images.ts'
import { failureOf } from '../support/failure-of.ts'

const WEB: Entry = { service_name: 'web', version: '1.0.0', type: 'Docker' }

/** What a build that takes too long is told. */
async function told(minutes: number | undefined, buildTimeout: number): Promise<Failure> {
  const entry: Entry = minutes === undefined ? WEB : { ...WEB, limits: { minutes } }
  const signal = deadline(entry, { ...readConfig({}), buildTimeout })
  // The timer alone keeps no process.
  const alive = setInterval(() => {}, 1_000)
  await once(signal, 'abort').finally(() => clearInterval(alive))
  return signal.reason as Failure
}

const time = suite('the time of a build')
time('is what its entry says', async () => {
  const { code, message } = await told(0.001, 60_000)
  assert.equal([code, message], ['build_timeout', 'web took more than its 0.001 minutes'])
})
time('is never more than the operator allows', async () => {
  const { message } = await told(10, 30)
  assert.is(message, 'the build took longer than 0 s (build_timeout)')
})
time('is what the operator allows where the entry says nothing', async () => {
  assert.is((await told(undefined, 30)).code, 'build_timeout')
})
time.run()

const MB = 1_000_000
const SIZES: [
  string,
  own: string | undefined,
  operator: string,
  stored: number,
  limit: string | undefined,
][] = [
  ['has no limit where nobody says one', undefined, '', 1e15, undefined],
  ['may be as large as its entry says', '500m', '', 500 * MB, undefined],
  ['is not larger than its entry says', '500m', '', 812 * MB, '500 MB'],
  ['is not larger than the operator allows', undefined, '300m', 812 * MB, '300 MB'],
  ['is not larger than the lower of both', '500m', '300m', 400 * MB, '300 MB'],
  ['is not larger than the lower of both, the other way', '300m', '500m', 400 * MB, '300 MB'],
]
const size = suite('an image')
for (const [name, own, image_size, stored, limit] of SIZES)
  size(name, async () => {
    const entry: Entry = own === undefined ? WEB : { ...WEB, limits: { size: own } }
    const check = () => refuseTooLarge(entry, readConfig({ image_size }), stored)
    if (limit === undefined) return check()
    const { code, message } = await failureOf(check)
    assert.is(code, 'build_failed')
    assert.is(message, `web's image has ${stored / MB} MB, over its limit of ${limit}`)
  })
size.run()
