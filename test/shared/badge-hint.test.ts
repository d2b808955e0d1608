import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseBadgeHint } from '../../functions/shared/badge-hint.ts'
import { failureOf } from '../support/failure-of.ts'

const hints = suite('parseBadgeHint')
const parse = (text: string) => parseBadgeHint(Buffer.from(text))
hints('reads the services', () =>
  assert.equal(parse('{"services":["web","api"]}'), { services: ['web', 'api'] }),
)
hints('reads a hint about none', () => assert.equal(parse('{"services":[]}'), { services: [] }))

const many = (n: number) => JSON.stringify({ services: Array(n).fill('web') })
hints('reads 200 services', () => assert.is(parse(many(200)).services.length, 200))
const BAD: [string, string][] = [
  ['nothing', ''],
  ['what is not JSON', '{services:[]}'],
  ['a list', '["web"]'],
  ['null', 'null'],
  ['no services', '{}'],
  ['services that are no list', '{"services":"web"}'],
  ['a service that is no text', '{"services":[7]}'],
  ['a name of 64 letters', `{"services":["${'a'.repeat(64)}"]}`],
  ['201 services', many(201)],
  ['an unknown key', '{"services":[],"status":"passing"}'],
  ['a key __proto__', '{"services":[],"__proto__":{}}'],
]
for (const [name, text] of BAD)
  hints(`refuses ${name}`, async () => {
    const { code, message } = await failureOf(() => parse(text))
    assert.is(code, 'bad_request')
    assert.is(message, 'a hint must be {"services": ["name", …]}')
  })
hints.run()
