import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Route, route } from '../../functions/badge/route.ts'
import { Failure } from '../../functions/shared/failure.ts'

const ID = '1700000000000-1a2b3c4d5e6f'
const manual = `${ID}-m0a1b2c3d`
const found: [string, string, Route][] = [
  ['GET', '/web.svg', { kind: 'svg', service: 'web' }],
  ['HEAD', '/a.b-c_d.svg', { kind: 'svg', service: 'a.b-c_d' }],
  ['GET', '/web.json', { kind: 'shields', service: 'web' }],
  ['GET', '/web/builds.json', { kind: 'builds', service: 'web' }],
  ['GET', `/web/builds/${ID}.log`, { kind: 'log', service: 'web', id: ID }],
  ['GET', `/web/builds/${manual}.log`, { kind: 'log', service: 'web', id: manual }],
  ['POST', '/', { kind: 'hint' }],
  ['GET', '/', { kind: 'all' }],
  ['GET', '/web', { kind: 'service', service: 'web' }],
  ['HEAD', '/web/', { kind: 'service', service: 'web' }],
  ['GET', `/web/builds/${ID}`, { kind: 'build', service: 'web', id: ID }],
  ['GET', `/web/builds/${manual}/live`, { kind: 'live', service: 'web', id: manual }],
  ['GET', `/web/builds/${ID}/again`, { kind: 'again', service: 'web', id: ID }],
  ['POST', `/web/builds/${ID}/again`, { kind: 'again', service: 'web', id: ID }],
  ['GET', '/_/openapi.json', { kind: 'openapi' }],
]
const nameless = [
  '/WEB.svg',
  '/../../etc/passwd.svg',
  '/a%2fb.svg',
  '/.svg',
  '/a b.svg',
  `/${'a'.repeat(64)}.svg`,
]
const lost: [string, string, string][] = [
  ['GET', '//', 'not_found'],
  ['GET', '/web//', 'not_found'],
  ['GET', '/_', 'not_found'],
  ['GET', '/_/metrics', 'not_found'],
  ['GET', '/web/builds', 'not_found'],
  ['GET', '/web/builds.json/x', 'not_found'],
  ['GET', '/WEB/builds.json', 'not_found'],
  ['GET', '/web/builds/latest.log', 'not_found'],
  ['GET', '/web/builds/', 'not_found'],
  ['GET', `/web/builds/${ID}/`, 'not_found'],
  ['GET', `/web/builds/${ID}/log`, 'not_found'],
  ['GET', `/web/builds/${ID}.log/live`, 'not_found'],
  ['GET', `/web/builds/${ID}/live/x`, 'not_found'],
  ['POST', '/web', 'method'],
  ['POST', `/web/builds/${ID}`, 'method'],
  ['PUT', `/web/builds/${ID}/again`, 'method'],
  ['GET', `/web/builds/${ID}.log/x`, 'not_found'],
  ['GET', `/web/builds/..%2f${ID}.log`, 'not_found'],
  ['POST', '/web.svg', 'method'],
  ['PUT', '/web.svg', 'method'],
  ['DELETE', '/', 'method'],
]

const routing = suite('badge route')
for (const [method, path, expected] of found)
  routing(`${method} ${path}`, () => assert.equal(route({ method, path }), expected))
for (const path of nameless)
  routing(`${path} is an image of no service`, () =>
    assert.equal(route({ method: 'GET', path }), { kind: 'svg', service: undefined }),
  )
for (const [method, path, code] of lost)
  routing(`${method} ${path} is refused`, () =>
    assert.throws(
      () => route({ method, path }),
      (error: unknown) => error instanceof Failure && error.code === code,
    ),
  )
routing.run()
