import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { linesOf, summary, widthOf } from '../../doctor/lines.ts'
import { mendAt } from '../../doctor/mends.ts'
import { lookAtNode } from '../../doctor/node.ts'
import { readOptions } from '../../doctor/options.ts'
import type { Place } from '../../doctor/place.ts'
import { judgeEnd } from '../../functions/build/doctor/certificate.ts'
import { judgeClock } from '../../functions/build/doctor/clock.ts'
import { judgeDisk } from '../../functions/build/doctor/disk.ts'
import { isNewEnough } from '../../functions/build/doctor/engine.ts'
import { type Delivery, type Hook, isOurs, judgeHook } from '../../functions/build/doctor/hook.ts'
import { checkToken } from '../../functions/build/doctor/token.ts'
import { failed, ok, skipped, warning } from '../../functions/shared/check.ts'
import { MENDS } from '../../functions/shared/words.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const DAY_MS = 86_400_000
const GB = 1e9
const PLAIN = { green: String, yellow: String, red: String, dim: String, bold: String } as never

const disks = suite('a disk')
const DISKS: [free: number, total: number, state: string][] = [
  [50 * GB, 100 * GB, 'ok'],
  [9 * GB, 100 * GB, 'warning'],
  [10 * GB, 100 * GB, 'ok'],
  [1.9 * GB, 100 * GB, 'failed'],
  [0, 1e6, 'failed'],
  [40 * GB, 1000 * GB, 'ok'],
  [6 * GB, 1000 * GB, 'warning'],
]
for (const [free, total, state] of DISKS)
  disks(`with ${free / GB} of ${total / GB} GB free: ${state}`, () => {
    assert.is(judgeDisk('disk', '/var', free, total).state, state)
  })
disks('says how much is free', () => {
  assert.is(judgeDisk('disk', '/var', 9 * GB, 100 * GB).says, '/var has 9.0 GB free of 100.0 GB')
})
disks.run()

const ends = suite('the end of a certificate')
const ENDS: [days: number, state: string][] = [
  [400, 'ok'],
  [30, 'ok'],
  [29, 'warning'],
  [0, 'warning'],
  [-1, 'failed'],
]
for (const [days, state] of ENDS)
  ends(`in ${days} days: ${state}`, () => {
    assert.is(judgeEnd('x', 'registry_certificate', NOW + days * DAY_MS, NOW).state, state)
  })
ends.run()

const clocks = suite('clocks')
clocks('a minute is fine, more is a warning that names whose clock differs', () => {
  const seen = (who: string, seconds: number) => ({ who, ours: NOW, theirs: NOW + seconds * 1000 })
  assert.is(judgeClock([seen('GitHub', 60), seen('the registry', -60)]).state, 'ok')
  const { state, says } = judgeClock([seen('GitHub', 0), seen('the registry', 90)])
  assert.is(state, 'warning')
  assert.is(says, 'our clock is 90 s behind that of the registry')
  assert.is(judgeClock([]).state, 'skipped')
})
clocks.run()

const versions = suite('a version')
const VERSIONS: [string, boolean][] = [
  ['20.10.24+dfsg1', true],
  ['20.10', true],
  ['29.0.1', true],
  ['20.9.0', false],
  ['19.03.15', false],
  ['dev', true],
]
for (const [version, fits] of VERSIONS)
  versions(`of the engine: ${version}`, () => assert.is(isNewEnough(version), fits))
versions('of Node', () => {
  assert.is(lookAtNode('20.11.1').state, 'failed')
  assert.is(lookAtNode('18.20.0').state, 'failed')
  assert.is(lookAtNode('20.12.0').state, 'ok')
  assert.is(lookAtNode('22.1.0').state, 'ok')
})
versions.run()

const tokens = suite('a token')
tokens('that is fine-grained shows no scopes', () => {
  assert.is(checkToken(true, {}, 5000, NOW).state, 'ok')
})
tokens('that has ended all but is a warning', () => {
  const headers = {
    'github-authentication-token-expiration': '2026-11-30 00:00:00 UTC',
    'x-oauth-scopes': 'repo',
  }
  assert.match(checkToken(true, headers, 5000, NOW).says, /ends on 2026-11-30/)
})
tokens('is not missed where the limit is none, as at the local GitHub', () => {
  assert.is(checkToken(false, {}, 60, NOW).state, 'warning')
  assert.is(checkToken(false, {}, 1_000_000, NOW).state, 'skipped')
})
tokens.run()

const hooks = suite('a webhook')
const HOOK: Hook = {
  id: 7,
  active: true,
  events: ['*'],
  config: { url: 'https://ci.example/function/webhook/', content_type: 'json', secret: '********' },
}
const WHERE = { fullName: 'acme/shop', page: 'https://github.com/acme/shop/settings/hooks/7' }
const delivery = (status_code: number, status = 'x'): Delivery => {
  return { event: 'push', status, status_code, delivered_at: '' }
}
hooks('leads here whatever stands before the path', () => {
  assert.ok(isOurs(HOOK))
  assert.not(isOurs({ ...HOOK, config: { url: 'https://ci.example/' } }))
  assert.not(isOurs({ ...HOOK, config: { url: 'nonsense' } }))
  assert.not(isOurs({ ...HOOK, config: {} }))
})
hooks('that tells of everything, and was not used yet, is well', () => {
  assert.is(judgeHook('w', HOOK, [], WHERE).state, 'ok')
})
hooks('is judged by its last delivery', () => {
  assert.is(judgeHook('w', HOOK, [delivery(202), delivery(401)], WHERE).state, 'ok')
  assert.match(judgeHook('w', HOOK, [delivery(401), delivery(202)], WHERE).says, /another secret/)
  assert.match(
    judgeHook('w', HOOK, [delivery(0, 'failed to connect to host')], WHERE).says,
    /did not arrive \(failed to connect to host\)/,
  )
})
hooks.run()

const lines = suite('a line')
lines('says state, name and what was found, and below it what mends it', () => {
  assert.equal(linesOf(ok('registry', 'https://127.0.0.1:5000 answers'), PLAIN), [
    'ok       registry               https://127.0.0.1:5000 answers',
  ])
  assert.equal(linesOf(failed('engine', 'engine_down', 'it is off', 'systemctl start docker'), PLAIN), [
    'FAILED   engine                 it is off',
    '                                systemctl start docker',
  ])
})
lines('stands below the one before it, however long a name is', () => {
  const long = ok('repository acme/a-long-name', 'x')
  const width = widthOf([ok('a', ''), long])
  assert.is(linesOf(ok('a', 'x'), PLAIN, width)[0]?.length, linesOf(long, PLAIN, width)[0]?.length)
})
lines('obeys nothing that a stranger wrote', () => {
  assert.ok(linesOf(ok('x', 'a\u001b[2Jb\nc'), PLAIN)[0]?.endsWith('a [2Jb c'))
})
lines('of all checks ends with how many there are of each state', () => {
  const checks = [
    ok('a', ''),
    ok('b', ''),
    skipped('c', ''),
    warning('d', 'clock_off', ''),
    failed('e', 'engine_old', ''),
  ]
  assert.is(summary(checks), '1 failed, 1 warning, 2 ok, 1 skipped')
})
lines.run()

const options = suite('the options of the doctor')
options('are kept, with paths from where the person is', () => {
  const { state, json } = readOptions(['--state', 'mine', '--json'], '/home/me')
  assert.equal([state, json], ['/home/me/mine', true])
  const { gateway, secrets } = readOptions(['--gateway', 'http://x:8080/', '--secrets', '/s'], '/')
  assert.equal([gateway, secrets], ['http://x:8080', '/s'])
})
options('that are wrong are answered with the usage', () => {
  assert.throws(() => readOptions(['--gateway', 'http://x'], '/'), /go together\n\nnpm run doctor/)
  assert.throws(() => readOptions(['--what'], '/'), /npm run doctor/)
})
options.run()

const mends = suite('what mends a fault')
mends('is the way of the place where it has one of its own', () => {
  const place = (kind: Place['kind']): Place => {
    return { kind, gateway: '', secrets: '/s/secrets', password: undefined, disks: [] }
  }
  const down = failed('queue', 'queue_down', 'it is dead')
  assert.is(mendAt(place('openfaas'), down).mend, MENDS.queue_down)
  assert.is(mendAt(place('faasd'), down).mend, 'sudo systemctl restart faasd')
  assert.match(mendAt(place('npm start'), down).mend ?? '', /npm start/)
  const own = failed('webhook', 'webhook_wrong', 'x', 'gh api')
  assert.is(mendAt(place('faasd'), own).mend, 'gh api')
  assert.equal(mendAt(place('faasd'), ok('a', 'b')), ok('a', 'b'))
})
mends.run()
