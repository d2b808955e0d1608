import { once } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compiledHost } from './compiled-host.ts'
import { handlerFolder } from './handler-folder.ts'
import { type RunningHost, runningHost } from './running-host.ts'

// What a client sees of the template: docs/decisions/0007; the ETags are Express's own.
const ANSWERS = `
  const answers = {
    '/string': () => context.succeed('héllo'),
    '/bytes': () => context.succeed(Buffer.from('abc')),
    '/object': () => context.succeed({ a: 1 }),
    '/number': () => context.succeed(42),
    '/returned': () => 'returned',
    '/nothing': () => context.succeed(),
    '/teapot': () => context.status(418).headers({ 'Retry-After': '9', Link: '<x>' }).succeed('short'),
    '/cookies': () => context.headers({ 'Set-Cookie': ['a=1', 'b=2'] }).succeed(''),
    '/svg': () => context.headers({ 'Content-Type': 'image/svg+xml', ETag: '"x"' }).succeed('<svg/>'),
    '/gone': () => context.status(404).headers({ ETag: '"x"' }).succeed('no'),
    '/empty': () => context.status(204).succeed('x'),
    '/throws': () => { throw new Error('boom') },
    '/throws201': () => { context.status(201).headers({ 'X-A': '1' }); throw new Error('boom') },
    '/fails': () => context.headers({ 'X-A': '1' }).fail('sad'),
    '/fails422': () => context.status(422).fail('sad'),
    '/dated': () => context.headers({ 'Last-Modified': 'Sun, 22 Nov 2026 10:00:00 GMT' }).succeed('x'),
    '/crash': () => setImmediate(() => { throw new Error('crash') }),
  }
  return answers[event.path]()
`
const host = compiledHost()
const answer = suite('answer')
let running: RunningHost
answer.before(async () => {
  running = await runningHost(host, handlerFolder(ANSWERS))
})
answer.after(() => running.stop())

type Row = [title: string, path: string, status: number, body: string, headers: Record<string, unknown>]
const HTML = 'text/html; charset=utf-8'
const ROWS: Row[] = [
  [
    'a string is HTML with length and weak ETag',
    '/string',
    200,
    'héllo',
    { 'content-type': HTML, 'content-length': '6', etag: 'W/"6-NbXqRcXkH3i0apN8x01B3+qSCJA"' },
  ],
  ['bytes are an octet stream', '/bytes', 200, 'abc', { 'content-type': 'application/octet-stream' }],
  ['an object is its JSON, called HTML by the template', '/object', 200, '{"a":1}', { 'content-type': HTML }],
  ['a number is JSON', '/number', 200, '42', { 'content-type': 'application/json; charset=utf-8' }],
  ['what the handler returns is sent', '/returned', 200, 'returned', {}],
  ['nothing is an empty 200', '/nothing', 200, '', { 'content-length': '0', etag: undefined }],
  ['status and headers pass', '/teapot', 418, 'short', { 'retry-after': '9', link: '<x>' }],
  ['two cookies stay two', '/cookies', 200, '', { 'set-cookie': ['a=1', 'b=2'] }],
  [
    'own type gets a charset, own ETag stays',
    '/svg',
    200,
    '<svg/>',
    { 'content-type': 'image/svg+xml; charset=utf-8', etag: '"x"' },
  ],
  [
    '204 has neither type nor length',
    '/empty',
    204,
    '',
    { 'content-type': undefined, 'content-length': undefined },
  ],
  [
    'a handler that throws is 200 with the text (F5)',
    '/throws',
    200,
    'Error: boom',
    { 'content-type': HTML },
  ],
  ['a status set before the throw stays', '/throws201', 201, 'Error: boom', { 'x-a': undefined }],
  ['fail is 500 and drops the headers (F6)', '/fails', 500, 'sad', { 'x-a': undefined }],
  ['fail keeps another status', '/fails422', 422, 'sad', {}],
]
for (const [title, path, status, body, headers] of ROWS) {
  answer(title, async () => {
    const given = await running.call(path)
    assert.is(given.status, status)
    assert.is(given.text, body)
    for (const [name, value] of Object.entries(headers)) assert.equal(given.headers[name], value, name)
  })
}
answer('HEAD has length and ETag but no body (faasd.md 5)', async () => {
  const given = await running.call('/string', { method: 'HEAD' })
  assert.is(given.headers['content-length'], '6')
  assert.ok(given.headers.etag)
  assert.is(given.text, '')
})

const FRESHNESS: [
  title: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  status: number,
][] = [
  ['a known ETag is 304', 'GET', '/svg', { 'if-none-match': '"x"' }, 304],
  ['a weak form of it too', 'GET', '/svg', { 'if-none-match': 'W/"y", W/"x"' }, 304],
  ['HEAD too', 'HEAD', '/svg', { 'if-none-match': '"x"' }, 304],
  ['another ETag is 200', 'GET', '/svg', { 'if-none-match': '"y"' }, 200],
  ['POST is never 304', 'POST', '/svg', { 'if-none-match': '"x"' }, 200],
  ['a 404 is never 304', 'GET', '/gone', { 'if-none-match': '"x"' }, 404],
  [
    'no-cache is answered in full',
    'GET',
    '/svg',
    { 'if-none-match': '"x"', 'cache-control': 'no-cache' },
    200,
  ],
  [
    'not modified since is 304',
    'GET',
    '/dated',
    { 'if-modified-since': 'Sun, 22 Nov 2026 10:00:00 GMT' },
    304,
  ],
  ['modified since is 200', 'GET', '/dated', { 'if-modified-since': 'Sun, 22 Nov 2026 09:00:00 GMT' }, 200],
]
for (const [title, method, path, headers, status] of FRESHNESS) {
  answer(title, async () => {
    const given = await running.call(path, { method, headers })
    assert.is(given.status, status)
    if (status === 304) {
      assert.is(given.text, '')
      assert.is(given.headers['content-type'], undefined)
    }
  })
}
answer.run()

const ending = suite('the host process')
ending('dies of SIGTERM at once', async () => {
  const one = await runningHost(host, handlerFolder('return 1'))
  one.child.kill('SIGTERM')
  const [code, signal] = await once(one.child, 'exit')
  assert.equal([code, signal], [null, 'SIGTERM'])
})
ending('an uncaught exception ends it with 1', async () => {
  const one = await runningHost(host, handlerFolder(ANSWERS))
  const exit = once(one.child, 'exit')
  await one.call('/crash').catch(() => {})
  assert.is((await exit)[0], 1)
})
ending.run()
