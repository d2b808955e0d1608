import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { orElsewhere } from '../../functions/build/engine-lost.ts'
import type { Engines } from '../../functions/build/engines.ts'
import { Failure, type FailureCode } from '../../functions/shared/failure.ts'
import { buildOf } from '../shared/records.ts'

const RECORD = buildOf('web', 1, { state: 'queued' })
const LOG = { mediaType: 'x', digest: 'sha256:1', size: 1 }

const rows: [title: string, ends: (FailureCode | undefined)[], othersStand: boolean, tries: number][] = [
  ['once where it succeeds', [undefined], true, 1],
  ['once more where the engine broke', ['engine_error', undefined], true, 2],
  ['once more where the engine did not answer', ['engine_down', undefined], true, 2],
  ['not a third time', ['engine_error', 'engine_error'], true, 2],
  ['not again where no other engine stands', ['engine_error'], false, 1],
  ['not again where the repository is at fault', ['build_failed'], true, 1],
  ['not again where the registry is down', ['registry_down'], true, 1],
  ['not again where it was cancelled', ['cancelled'], true, 1],
]
const lost = suite('a build whose engine may be lost')
for (const [title, ends, othersStand, tries] of rows)
  lost(`is tried ${title}`, async () => {
    const begun: number[] = []
    const engines = { othersStand: () => othersStand } as Engines
    const built = await orElsewhere(engines, RECORD, async (record) => {
      const code = ends[begun.length]
      begun.push(record.logs.length)
      const logs = [...record.logs, LOG]
      return { record: { ...record, logs }, ...(code && { failure: new Failure(code) }) }
    })
    // The log of the first try stays.
    assert.equal(begun, [0, 1].slice(0, tries))
    assert.is(built.record.logs.length, tries)
    assert.is(built.failure?.code, ends[tries - 1])
    assert.is(built.record.state, 'queued')
  })
lost.run()
