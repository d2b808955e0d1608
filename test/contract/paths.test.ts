import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Contract, openContract } from './world.ts'

// The source of each fact stands in its row; [run] as in headers.test.ts.
const paths = suite('paths')
let world: Contract
paths.before(async () => {
  world = await openContract()
})
paths.after(() => world.close())

const SEEN: [
  title: string,
  below: string,
  path: string,
  query: Record<string, string | string[]>,
  source: string,
][] = [
  ['NAME is /', '', '/', {}, 'faas-provider proxy/proxy.go'],
  ['NAME/ is /', '/', '/', {}, 'faas-provider proxy/proxy.go'],
  ['NAME.openfaas-fn is NAME', '.openfaas-fn', '/', {}, 'faasd invoke_resolver.go'],
  ['.openfaas-fn below it is kept', '/p.openfaas-fn', '/p.openfaas-fn', {}, 'faas-cli proxy/invoke.go'],
  ['a slash at the end stays', '/a/', '/a/', {}, '[run]'],
  ['%2F arrives decoded', '/a%2Fb', '/a/b', {}, 'faas gateway/handlers/forwarding_proxy.go'],
  ['a space and é stay encoded', '/%C3%A9%20b', '/%C3%A9%20b', {}, '[run]'],
  ['what Go escapes is escaped', '/%C3%A9;c=%5B', '/%C3%A9;c=%5B', {}, 'Go net/url; [run]'],
  ['%2525 is %25', '/a%2525zz', '/a%25zz', {}, 'forwarding_proxy.go; [run]'],
  ['%23 ends the address', '/a%23b?x=1', '/a', {}, 'forwarding_proxy.go; [run]'],
  ['%3F begins the query', '/a%3Fb?x=1', '/a', { 'b?x': '1' }, 'forwarding_proxy.go; [run]'],
  ['repeated keys are an array', '?x=1&x=%2F', '/', { x: ['1', '/'] }, 'templates node22, Express 5'],
  ['brackets are no objects', '?a[b]=1', '/', { 'a[b]': '1' }, 'templates node22, Express 5'],
  ['the query is not looked at', '?x=%zz&y=a;b', '/', { x: '%zz', y: 'a;b' }, '[run]'],
]
for (const [title, below, path, query, source] of SEEN) {
  paths(`${title} (${source})`, async () => {
    const given = await world.given(below)
    assert.is(given.path, path)
    assert.equal(given.query, query)
  })
}

const MOVED: [title: string, path: string, location: string][] = [
  ['.. is sent to the clean path', '/function/probe/../x', '/function/x'],
  ['// too, with its query', '//function/probe?x=1', '/function/probe?x=1'],
  ['encoded slashes too', '/function/probe/a%2F%2Fb', '/function/probe/a/b'],
  ['encoded dots too', '/function/probe/%2e%2e/x', '/function/x'],
]
for (const [title, path, location] of MOVED) {
  paths(`${title} (gorilla/mux cleanPath; [run])`, async () => {
    const answer = await world.call(path)
    assert.equal([answer.status, answer.headers.location, answer.text], [301, location, ''])
  })
}

paths('an unknown function is 404 in the gateway’s words (faas gateway/handlers/scaling.go)', async () => {
  const answer = await world.call('/function/nobody/x')
  assert.is(answer.status, 404)
  assert.ok(answer.text.startsWith('error finding function nobody.openfaas-fn: '), answer.text)
  assert.match(String(answer.headers['content-type']), /^text\/plain/)
  assert.is(answer.headers['x-call-id'], undefined)
})
const NOWHERE: [title: string, path: string, status: number, text: string, source: string][] = [
  ['a name with a $ is 404', '/function/pro$be', 404, '404 page not found\n', 'faas gateway/main.go'],
  ['a line’s end is 404', '/function/probe/a%0Ab', 404, '404 page not found\n', 'gorilla/mux; [run]'],
  ['an unknown route is 404', '/system/nope', 404, '404 page not found\n', 'faas gateway/main.go'],
  ['a bad escape is 400', '/function/probe/%zz', 400, '400 Bad Request', 'Go net/http; [run]'],
]
for (const [title, path, status, text, source] of NOWHERE) {
  paths(`${title} (${source})`, async () => {
    const answer = await world.call(path)
    assert.equal([answer.status, answer.text.trim()], [status, text.trim()])
  })
}
for (const below of ['/a%25zz', '/a%0Db']) {
  paths(`${below} closes the connection (forwarding_proxy.go drops the error; [run])`, async () => {
    await world.call(`/function/probe${below}`).then(
      ({ status }) => assert.unreachable(`it was answered ${status}`),
      (error: NodeJS.ErrnoException) => assert.is(error.code, 'ECONNRESET'),
    )
    assert.is((await world.call('/function/probe')).status, 200)
  })
}
paths('a path above 16 kB is 431 (node, not the gateway; [run])', async () => {
  assert.is((await world.call(`/function/probe/${'x'.repeat(20_000)}`)).status, 431)
})
paths.run()
