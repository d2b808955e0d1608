import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Route, route } from '../../../local/gateway/route.ts'

const routing = suite('route')
const FN = 'openfaas-fn'
const to = (kind: 'function' | 'queue', called: string, path: string, query = '', namespace = FN): Route => ({
  to: kind,
  called,
  name: called.split('.')[0] ?? '',
  namespace,
  target: { path, query },
})
const ROWS: [title: string, method: string, url: string, Route][] = [
  ['a function', 'GET', '/function/badge', to('function', 'badge', '')],
  ['path and query below it', 'PUT', '/function/badge/a/b?x=1?y', to('function', 'badge', '/a/b', 'x=1?y')],
  ['a namespace (faas-cli)', 'POST', '/function/build.openfaas-fn', to('function', 'build.openfaas-fn', '')],
  ['another namespace', 'GET', '/function/build.dev', to('function', 'build.dev', '', '', 'dev')],
  ['an absolute address', 'GET', 'http://h:1/function/a/b', to('function', 'a', '/b')],
  ['the queue', 'POST', '/async-function/build/x', to('queue', 'build', '/x')],
  ['the queue takes POST only (faasd.md 4)', 'GET', '/async-function/build', { to: 'nowhere', status: 405 }],
  [
    '.. is redirected (faasd.md 4)',
    'GET',
    '/function/a/../b?q=1',
    { to: 'redirect', location: '/function/b?q=1' },
  ],
  [
    '// is redirected (faasd.md 4)',
    'GET',
    '/function//a//b/',
    { to: 'redirect', location: '/function/a/b/' },
  ],
  ['encoded .. too', 'GET', '/function/a/%2e%2e/b', { to: 'redirect', location: '/function/b' }],
  [
    'an encoded slash pair too',
    'GET',
    '/function/a/x%2F%2Fy',
    { to: 'redirect', location: '/function/a/x/y' },
  ],
  [
    'a redirect keeps what is encoded encoded',
    'GET',
    '//a%20%25b',
    { to: 'redirect', location: '/a%20%25b' },
  ],
  ['.. cannot leave the root', 'GET', '/../../etc', { to: 'redirect', location: '/etc' }],
  ['a bad escape is 400', 'GET', '/function/a/%zz', { to: 'nowhere', status: 400 }],
  ["a line's end is 404", 'GET', '/function/a/x%0Ay', { to: 'nowhere', status: 404 }],
  ['an odd name is 404', 'GET', '/function/a$b', { to: 'nowhere', status: 404 }],
  ['OPTIONS * is 404', 'OPTIONS', '*', { to: 'nowhere', status: 404 }],
  ['the list', 'GET', '/system/functions', { to: 'functions' }],
  ['deploying is not offered', 'POST', '/system/functions', { to: 'nowhere', status: 501 }],
  ['logs are not offered', 'GET', '/system/logs?name=build', { to: 'nowhere', status: 501 }],
  ['a wrong method is 405', 'PUT', '/system/info', { to: 'nowhere', status: 405 }],
  ['one function', 'GET', '/system/function/badge', { to: 'function-status', name: 'badge' }],
  ['secrets are not offered', 'GET', '/system/secrets', { to: 'nowhere', status: 501 }],
  ['health', 'GET', '/healthz', { to: 'health' }],
]
for (const [title, method, url, expected] of ROWS) {
  routing(title, () => assert.equal(route(method, url), expected))
}
routing.run()
