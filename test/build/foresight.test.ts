import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Foresight, foresightLine, isGood } from '../../functions/build/foresight.ts'
import type { Plan } from '../../functions/build/plan.ts'
import { Failure } from '../../functions/shared/failure.ts'

type Type = Plan['entry']['type']
const entry = (service_name: string, version: string, type: Type = 'Docker') => ({
  service_name,
  version,
  type,
})
const build = (name: string, version = '1.4.3', type: Type = 'Docker') =>
  ({ verdict: 'build', entry: entry(name, version, type) }) as unknown as Plan
const same = (name: string): Plan => ({
  verdict: 'unchanged',
  entry: entry(name, '1'),
  source: '',
  digest: '',
  builtFrom: undefined,
})
const taken = (name: string): Plan => ({
  verdict: 'refused',
  entry: entry(name, '1.4.2'),
  failure: new Failure('version_taken', `version 1.4.2 of ${name} is taken; raise it`),
})
const names = Array.from({ length: 50 }, (_, index) => `service-${index}`)

const LINES: [Foresight, string][] = [
  [{ plans: [build('web'), same('api')] }, 'will build web 1.4.3; api unchanged'],
  [
    { plans: [same('db'), build('web'), build('api', '2'), same('ui')] },
    'will build web 1.4.3, api 2; db unchanged; ui unchanged',
  ],
  [{ plans: [build('web')] }, 'will build web 1.4.3'],
  [{ plans: [build('web', '1.4.2', 'AMI')] }, 'will build web 1.4.2 and its disk'],
  [
    { plans: [build('web', '1.4.2', 'AMI'), build('api'), same('db')] },
    'will build web 1.4.2 and its disk, api 1.4.3; db unchanged',
  ],
  [{ plans: [same('web'), same('api')] }, 'web unchanged; api unchanged'],
  [{ plans: [build('api'), taken('web')] }, 'version 1.4.2 of web is taken; raise it'],
  [
    { plans: [taken('web'), taken('api')] },
    'version 1.4.2 of web is taken; raise it; version 1.4.2 of api is taken; raise it',
  ],
  [
    { plans: ['a', 'b', 'c', 'd', 'e'].map(taken) },
    'version 1.4.2 of a is taken; raise it; version 1.4.2 of b is taken; raise it; version 1.4.2 of c is taken; raise it and 2 more',
  ],
  [{ problem: 'images.json: /1/version: 7 is no text' }, 'images.json: /1/version: 7 is no text'],
  [
    { plans: names.map((name) => build(name)) },
    'will build service-0 1.4.3, service-1 1.4.3, service-2 1.4.3, service-3 1.4.3, service-4 1.4.3, service-5 1.4.3, service-6 1.4.3 and 43 more',
  ],
]

const lines = suite('foresightLine')
for (const [foresight, line] of LINES)
  lines(`says "${line.slice(0, 80)}"`, () => assert.is(foresightLine(foresight, 140), line))
lines('fits with any number of services, as long as one name does', () => {
  for (let count = 1; count <= 50; count += 1) {
    const some = names.slice(0, count)
    const mixed = [...some.map((name) => build(name)), ...some.map(same)]
    for (const plans of [some.map(taken), some.map(same), mixed]) {
      const line = foresightLine({ plans }, 140)
      assert.ok(line.length <= 140, line)
    }
  }
})
lines('is good where all would be published', () => {
  assert.ok(isGood({ plans: [build('web'), same('api')] }))
  assert.not.ok(isGood({ plans: [build('web'), taken('api')] }))
  assert.not.ok(isGood({ problem: 'no' }))
})
lines.run()
