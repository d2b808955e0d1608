import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { examine } from '../../functions/build/doctor/examine.ts'
import { openHeard } from '../../functions/build/doctor/heard.ts'
import type { Engine } from '../../functions/build/engine.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import { Failure } from '../../functions/shared/failure.ts'
import { enginesOf } from '../support/engines-of.ts'
import { nowhere } from './nowhere.ts'

const ENGINES: Record<string, Partial<Engine>> = {
  'tcp://one:2376': { version: async () => '29.0.1' },
  'tcp://two:2376': { version: () => Promise.reject(new Failure('engine_down', 'it does not answer')) },
  'tcp://three:2376': { version: () => new Promise(() => {}) },
  'tcp://four:2376': { version: async () => '19.03' },
}

const doctor = suite('the doctor, where there are several engines')
doctor('has two lines of each, with its address', async () => {
  const shop = {
    ...nowhere(),
    engines: enginesOf(ENGINES),
    now: Date.now,
  }
  const checks = await examine(
    shop as unknown as Workshop,
    openHeard(() => 0),
  )
  const lines = checks
    .filter(({ name }) => /^engine .*tcp:/.test(name))
    .map(({ name, state, fault }) => [name, state, fault])
  assert.equal(lines, [
    ['engine tcp://one:2376', 'ok', undefined],
    ['engine build tcp://one:2376', 'skipped', undefined],
    ['engine tcp://two:2376', 'failed', 'engine_down'],
    ['engine build tcp://two:2376', 'skipped', undefined],
    ['engine tcp://three:2376', 'failed', 'engine_down'],
    ['engine build tcp://three:2376', 'failed', 'engine_build'],
    ['engine tcp://four:2376', 'failed', 'engine_old'],
    ['engine build tcp://four:2376', 'skipped', undefined],
  ])
})
doctor.run()
