import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseBuildRequest } from '../../functions/shared/build-request.ts'
import { failureOf } from '../support/failure-of.ts'

const SHA = '0123456789abcdef0123456789abcdef01234567'
const MERGE = { repository_id: 7, repository: 'acme/shop', sha: SHA }
const CHECK = { ...MERGE, pull_request: 12, check: true }
const METHOD = { service_name: 'web', version: '1.4.2', type: 'Docker' }
const TAKE_OVER = { service_name: 'web', repository: 'acme/shop', take_over: true }
const parse = (value: unknown) =>
  parseBuildRequest(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)))

const kinds = suite('parseBuildRequest')
kinds('reads a merge', () => assert.equal(parse(MERGE), { kind: 'merge', merge: MERGE }))
kinds('reads a merge with all its keys', () => {
  const merge = { ...MERGE, pull_request: 12, delivered: '2026-11-22T18:00:00.000Z', again: true }
  assert.equal(parse(merge), { kind: 'merge', merge })
})
kinds('reads a check', () => {
  const check = { ...CHECK, delivered: '2026-11-22T18:00:00.000Z' }
  assert.equal(parse(check), { kind: 'check', check })
})
kinds('reads a method call', () => assert.equal(parse(METHOD), { kind: 'method', method: METHOD }))
kinds('reads a method call for a commit or a ref', () => {
  for (const more of [
    { sha: SHA },
    { ref: 'refs/tags/v1.0' },
    { ref: 'feature/ünï', repository: 'acme/.github' },
  ])
    assert.equal(parse({ ...METHOD, ...more }), { kind: 'method', method: { ...METHOD, ...more } })
})
kinds('reads a method call of a disk of another size', () => {
  const method = { ...METHOD, type: 'AMI', disk: 20 }
  assert.equal(parse(method), { kind: 'method', method })
})
kinds('reads a take-over', () => assert.equal(parse(TAKE_OVER), { kind: 'take_over', takeOver: TAKE_OVER }))
kinds('reads the timer’s call', () => assert.equal(parse({ catch_up: true }), { kind: 'catch_up' }))
kinds('reads what the timer tells of the disks', () => {
  const disks = { engine: { free: 0, total: 10 }, registry: { free: 5, total: 10 } }
  assert.equal(parse({ catch_up: true, disks }), { kind: 'catch_up', disks })
})
kinds('reads a word of the doctor', () => {
  const nonce = 'ab'.repeat(16)
  assert.equal(parse({ doctor: nonce }), { kind: 'doctor', nonce })
})
kinds.run()

const BAD: [string, unknown, RegExp][] = [
  ['an empty body', '', /^the body is not JSON: /],
  ['what is not JSON', '{sha:1}', /^the body is not JSON: /],
  ['a form', 'payload=%7B%7D', /^the body is not JSON: /],
  ['a list', [MERGE], /^the body must be a JSON object$/],
  ['null', null, /^the body must be a JSON object$/],
  ['a number', 7, /^the body must be a JSON object$/],
  ['an empty object', {}, /^\/: must have required property 'repository_id'$/],
  ['an unknown key of a merge', { ...MERGE, colour: 1 }, /^\/: unknown key colour$/],
  ['an unknown key of a method call', { ...METHOD, context: '.' }, /^\/: unknown key context$/],
  ['an unknown key beside catch_up', { catch_up: true, repository_id: 1 }, /^\/: unknown key repository_id$/],
  ['a key __proto__', `{"__proto__":{},${JSON.stringify(MERGE).slice(1)}`, /^\/: unknown key __proto__$/],
  ['a key that every object has', { ...MERGE, constructor: {} }, /^\/: unknown key constructor$/],
  [
    'a disk that nobody knows',
    { catch_up: true, disks: { tape: { free: 1, total: 2 } } },
    /unknown key tape$/,
  ],
  [
    'a disk without its size',
    { catch_up: true, disks: { engine: { free: 1 } } },
    /^\/disks\/engine: .*total/,
  ],
  ['catch_up that is false', { catch_up: false }, /^\/catch_up: must be equal to constant$/],
  ['a check that is false', { ...CHECK, check: false }, /^\/check: must be equal to constant$/],
  ['a check of no pull request', { ...MERGE, check: true }, /required property 'pull_request'$/],
  ['a check that is to run again', { ...CHECK, again: true }, /^\/: unknown key again$/],
  ['a long word of the doctor', { doctor: 'ab'.repeat(17) }, /^\/doctor: must match pattern/],
  ['a doctor that is no text', { doctor: ['a'] }, /^\/doctor: must be string$/],
  ['take_over that is false', { ...TAKE_OVER, take_over: false }, /^\/take_over: must be equal to constant$/],
  ['a take-over by nobody', { service_name: 'web', take_over: true }, /required property 'repository'$/],
  ['a short sha', { ...MERGE, sha: SHA.slice(1) }, /^\/sha: must match pattern/],
  ['a sha in upper case', { ...MERGE, sha: SHA.toUpperCase() }, /^\/sha: /],
  ['HEAD for a sha', { ...MERGE, sha: 'HEAD' }, /^\/sha: /],
  ['a sha and a newline', { ...MERGE, sha: `${SHA}\n` }, /^\/sha: /],
  ['an id that is text', { ...MERGE, repository_id: '7' }, /^\/repository_id: must be integer$/],
  ['an id of 0', { ...MERGE, repository_id: 0 }, /^\/repository_id: must be >= 1$/],
  ['a pull request of 1.5', { ...MERGE, pull_request: 1.5 }, /^\/pull_request: must be integer$/],
  ['again that is text', { ...MERGE, again: 'true' }, /^\/again: must be boolean$/],
  ['a repository without an owner', { ...MERGE, repository: 'shop' }, /^\/repository: /],
  ['a repository of three parts', { ...MERGE, repository: 'a/b/c' }, /^\/repository: /],
  ['a repository with a query', { ...MERGE, repository: 'a/b?x=1' }, /^\/repository: /],
  ['a repository that climbs', { ...MERGE, repository: '../..' }, /^\/repository: /],
  ['an owner that climbs', { ...MERGE, repository: '../user' }, /^\/repository: /],
  ['a name that climbs', { ...METHOD, repository: 'acme/..' }, /^\/repository: /],
  ['a name that is a point', { ...TAKE_OVER, repository: 'acme/.' }, /^\/repository: /],
  ['a service in capitals', { ...METHOD, service_name: 'Web' }, /^\/service_name: /],
  ['a service that ends in .svg', { ...METHOD, service_name: 'a.svg' }, /^\/service_name: /],
  ['a version that ends in -ami', { ...METHOD, version: '1-ami' }, /^\/version: /],
  ['a version with +', { ...METHOD, version: '1+1' }, /^\/version: /],
  ['another type', { ...METHOD, type: 'docker' }, /^\/type: must be equal to one of the allowed values$/],
  ['no type', { ...METHOD, type: undefined }, /^\/: must have required property 'type'$/],
  ['a disk with type Docker', { ...METHOD, disk: 8 }, /^\/disk: only for type AMI$/],
  ['a disk of 65 GiB', { ...METHOD, type: 'AMI', disk: 65 }, /^\/disk: must be <= 64$/],
  [
    'type AMI with a version of 125 letters',
    { ...METHOD, type: 'AMI', version: 'v'.repeat(125) },
    /^\/version: must NOT have more than 124 characters$/,
  ],
  ['a ref that is empty', { ...METHOD, ref: '' }, /^\/ref: /],
  ['a ref with a space', { ...METHOD, ref: 'a b' }, /^\/ref: /],
  ['a ref with git’s own signs', { ...METHOD, ref: 'HEAD~1' }, /^\/ref: /],
]
const bad = suite('parseBuildRequest refuses')
for (const [name, body, message] of BAD)
  bad(name, async () => {
    const failure = await failureOf(() => parse(body))
    assert.is(failure.code, 'bad_request')
    assert.match(failure.message, message)
  })
bad('lists 100,000 deep, at once', async () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000)
  assert.is((await failureOf(() => parse(`{"sha":${deep}}`))).code, 'bad_request')
  assert.is((await failureOf(() => parse(deep))).code, 'bad_request')
})
bad('a megabyte that a pattern might not decide', async () => {
  for (const name of ['a-'.repeat(500_000), `${'a'.repeat(1_000_000)}!`])
    assert.is((await failureOf(() => parse({ ...METHOD, service_name: name }))).code, 'bad_request')
})
bad.run()
