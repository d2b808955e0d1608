import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Failure, type FailureCode, toFailure } from '../../functions/shared/failure.ts'

const source = readFileSync(join(import.meta.dirname, '../../functions/shared/failure.ts'), 'utf8')
const CODES = [...source.matchAll(/^ {2}(\w+): \[/gm)].map((match) => match[1] as FailureCode)

const failures = suite('Failure')
failures('has a list of codes to look at', () => assert.ok(CODES.length > 20 && CODES.includes('internal')))
failures('has a sentence for every code, on one line', () => {
  for (const code of CODES) assert.match(new Failure(code).message, /^[^\n]{15,200}$/, code)
})
failures('shows no path of the machine and no stack in any sentence', () => {
  for (const code of CODES)
    assert.not.match(new Failure(code).message, /\/(usr|var|home|tmp)\/|\bat \w+ \(|\.ts\b/)
})
failures('answers every refused and failed code with a status of the caller’s, or of a lack of ours', () => {
  for (const code of CODES) {
    const { status, outcome } = new Failure(code)
    const ranges = {
      refused: [400, 504],
      failed: [400, 499],
      superseded: [400, 499],
      error: [500, 504],
    } as const
    assert.ok(status >= ranges[outcome][0] && status <= ranges[outcome][1], `${code} ${status}`)
  }
})
const OUTCOMES: [FailureCode, number, string][] = [
  ['signature', 401, 'refused'],
  ['not_allowed', 403, 'refused'],
  ['secret_missing', 503, 'refused'],
  ['images_invalid', 422, 'failed'],
  ['version_taken', 409, 'failed'],
  ['base_refused', 422, 'failed'],
  ['superseded', 409, 'superseded'],
  ['base_unreachable', 502, 'error'],
  ['engine_down', 503, 'error'],
  ['registry_down', 503, 'error'],
  ['internal', 500, 'error'],
]
for (const [code, status, outcome] of OUTCOMES)
  failures(`makes ${code} a ${status} that is ${outcome}`, () => {
    const failure = new Failure(code)
    assert.equal([failure.status, failure.outcome], [status, outcome])
  })
failures('keeps the cause out of the message', () => {
  const failure = new Failure('registry_down', undefined, new Error('10.0.0.7 said no'))
  assert.is(failure.message, 'the registry does not answer')
  assert.is((failure.cause as Error).message, '10.0.0.7 said no')
})
failures('has no cause where none is given', () => assert.not('cause' in new Failure('internal')))
failures.run()

const converting = suite('toFailure')
converting('leaves a Failure as it is', () => {
  const failure = new Failure('not_found')
  assert.is(toFailure(failure), failure)
})
for (const thrown of [new TypeError('x of undefined'), 'text', undefined, null, 7, { code: 'ENOENT' }])
  converting(`makes ${thrown instanceof Error ? 'an error' : JSON.stringify(thrown)} internal`, () => {
    const failure = toFailure(thrown)
    assert.is(failure.code, 'internal')
    assert.is(failure.message, new Failure('internal').message)
    assert.is(failure.cause, thrown)
  })
converting.run()
