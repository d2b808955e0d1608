import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compiledHost } from './compiled-host.ts'
import { handlerFolder } from './handler-folder.ts'
import { type Call, type RunningHost, runningHost } from './running-host.ts'

// What a handler sees of the template: docs/decisions/0007; the rest was compared with
// the unmodified node22 template and Express 5.
const ECHO = `
  const { body, headers, method, path, query } = event
  const kind = Buffer.isBuffer(body) ? 'bytes' : typeof body
  context.headers({ 'content-type': 'application/json' }).succeed(
    { kind, body: kind === 'bytes' ? body.toString('latin1') : body, type: headers['content-type'], method, path, query })
`
const host = compiledHost()
const folder = handlerFolder(ECHO)
type Row = [title: string, path: string, call: Call, seen: Record<string, unknown>]

function table(name: string, env: Record<string, string>, rows: Row[]): void {
  const event = suite(name)
  let running: RunningHost
  event.before(async () => {
    running = await runningHost(host, folder, env)
  })
  event.after(() => running.stop())
  for (const [title, path, call, seen] of rows) {
    event(title, async () => {
      const { text } = await running.call(path, call)
      const echoed = JSON.parse(text) as Record<string, unknown>
      for (const [key, value] of Object.entries(seen)) assert.equal(echoed[key], value, key)
    })
  }
  event.run()
}

const post = (body: Buffer | string, headers: Record<string, string> = {}): Call => ({
  method: 'POST',
  body,
  headers: { 'content-type': 'application/json', ...headers },
})

table('event with RAW_BODY', { RAW_BODY: 'true' }, [
  ['body is the very bytes (F7)', '/', post('{"a":1} '), { kind: 'bytes', body: '{"a":1} ' }],
  ['no body is undefined (faasd.md 4)', '/', { method: 'GET' }, { kind: 'undefined' }],
  [
    'a body of no bytes is empty bytes (body-parser, lib/read.js)',
    '/',
    post(''),
    { kind: 'bytes', body: '' },
  ],
  ['a DELETE has its body', '/', { method: 'DELETE', body: 'x' }, { kind: 'bytes', body: 'x' }],
  [
    'gzip is inflated (faasd.md 5)',
    '/',
    post(gzipSync('zip'), { 'content-encoding': 'gzip' }),
    { body: 'zip' },
  ],
  [
    'a content type that is none hides the body',
    '/',
    post('x', { 'content-type': 'x' }),
    { kind: 'undefined' },
  ],
  ['a missing content type is text/plain', '/', { method: 'POST', body: 'x' }, { type: 'text/plain' }],
  [
    'repeated query keys are an array (faasd.md 4)',
    '/?x=1&x=2&y=a+b',
    {},
    { query: { x: ['1', '2'], y: 'a b' } },
  ],
  ['no nested objects in the query (faasd.md 4)', '/?a[b]=1', {}, { query: { 'a[b]': '1' } }],
  ['the path has no query and stays encoded', '/a%20b/c?x=1', {}, { path: '/a%20b/c', query: { x: '1' } }],
  ['a bad escape is left alone', '/%zz', {}, { path: '/%zz' }],
  ['the method is told', '/', { method: 'PATCH' }, { method: 'PATCH' }],
])

table('event without RAW_BODY', {}, [
  ['JSON is parsed', '/', post('{"a":1}'), { kind: 'object', body: { a: 1 } }],
  ['empty JSON is an empty object', '/', post(''), { body: {} }],
  [
    'text is text',
    '/',
    post('{}', { 'content-type': 'text/plain; charset=utf-8' }),
    { kind: 'string', body: '{}' },
  ],
  ['other types have no body', '/', post('x', { 'content-type': 'image/png' }), { kind: 'undefined' }],
])

const refused = suite('refused bodies')
let small: RunningHost
refused.before(async () => {
  small = await runningHost(host, folder, { RAW_BODY: 'true', MAX_RAW_SIZE: '1kb' })
})
refused.after(() => small.stop())
const REFUSALS: [title: string, call: Call, status: number][] = [
  ['one byte over the limit is 413 (platform.md 0.5)', post(Buffer.alloc(1025)), 413],
  ['chunks over the limit are 413', post(Buffer.alloc(90_000), { 'transfer-encoding': 'chunked' }), 413],
  ['the limit counts inflated bytes', post(gzipSync(Buffer.alloc(5e6)), { 'content-encoding': 'gzip' }), 413],
  ['gzip that is none is 400', post('plain', { 'content-encoding': 'gzip' }), 400],
  ['gzip that was cut is 400', post(gzipSync('abc').subarray(0, 12), { 'content-encoding': 'gzip' }), 400],
  ['an unknown encoding is 415', post('x', { 'content-encoding': 'rot13' }), 415],
]
for (const [title, call, status] of REFUSALS) {
  refused(title, async () => {
    const answer = await small.call('/', call)
    assert.is(answer.status, status)
    assert.not.match(answer.text, /\n {4}at |<br>/)
  })
}
refused('exactly the limit is taken', async () => {
  assert.is((await small.call('/', post(Buffer.alloc(1024)))).status, 200)
})
refused('bad JSON is 400 where the body is parsed', async () => {
  const parsing = await runningHost(host, folder)
  assert.is((await parsing.call('/', post('{bad'))).status, 400)
  assert.is((await parsing.call('/', post('"text"'))).status, 400)
  await parsing.stop()
})
refused.run()
