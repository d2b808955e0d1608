import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import axios from 'axios'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Failure } from '../../functions/shared/failure.ts'
import { log, logLine } from '../../functions/shared/log.ts'

const NOW = new Date('2026-11-22T18:00:00Z')
const line = (fields: Record<string, unknown>) => logLine('some_event', fields, NOW)
const read = (fields: Record<string, unknown>) => JSON.parse(line(fields))

const form = suite('logLine')
form('is one line of JSON with time and event first', () =>
  assert.is(
    line({ n: 1, text: 'a\nb' }),
    '{"time":"2026-11-22T18:00:00.000Z","event":"some_event","n":1,"text":"a\\nb"}',
  ),
)
form('leaves out what is undefined', () => assert.not('reason' in read({ reason: undefined })))
form('keeps all of a line of 8,000 bytes', () => {
  const list = Array(4).fill('x'.repeat(1900))
  const rest = 'x'.repeat(8000 - line({ list, rest: '' }).length)
  assert.equal(read({ list, rest }).list, list)
  assert.not(read({ list, rest: `${rest}x` }).list)
})
const LONG: [string, Record<string, unknown>][] = [
  ['a little too much', { list: Array(9).fill('x'.repeat(1000)) }],
  ['a long text', { text: 'x'.repeat(1_000_000) }],
  ['a long text of three bytes a letter', { text: '日'.repeat(100_000) }],
  ['many texts', { list: Array(5000).fill('日本"\\\n') }],
  ['many keys', Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, '"\u0000'.repeat(9)]))],
  ['emoji cut in half', { list: Array(3000).fill('🚢') }],
  ['an error with a long message', { error: new Error('"'.repeat(100_000)) }],
  ['bytes', { body: Buffer.alloc(100_000, 'x') }],
]
for (const [name, fields] of LONG)
  form(`ends at 8,000 bytes and is still JSON: ${name}`, () => {
    const text = line(fields)
    assert.ok(Buffer.byteLength(text) <= 8000, `${Buffer.byteLength(text)} bytes`)
    assert.not.match(text, /[\r\n]/)
    assert.is(JSON.parse(text).event, 'some_event')
  })
form.run()

const hidden = suite('logLine takes out')
const TEXTS: [string, string][] = [
  ['a token of GitHub', `ghp_${'a1B2'.repeat(9)}`],
  ['a token of a GitHub app', `ghs_${'a1B2'.repeat(9)}`],
  ['a token of a GitHub app in its longer form', `ghs_4711_eyJhbGciOi.${'a1-B2'.repeat(9)}`],
  ['a fine-grained token of GitHub', `github_pat_11ABC_${'a1B2'.repeat(9)}`],
  ['a Basic header', 'Basic YXJ0ZWZhY3RvOmh1bnRlcjI='],
  ['a Bearer header', 'authorization: bearer eyJhbGciOi.J9-x_y/z='],
  ['user and password of a URL', 'https://alice:hunter2@registry:5000/v2/'],
  ['a token for a user in a URL', 'https://0123456789abcdef@registry:5000/v2/'],
  ['a token in a query', 'GET /x?token=abcdef&n=1'],
  ['the key of a page', 'GET /function/badge/web?key=0123abcd'],
]
for (const [name, text] of TEXTS)
  hidden(`${name}, wherever it stands`, () => {
    for (const value of [
      text,
      [text],
      { deep: { text } },
      new Error(text),
      new Error('x', { cause: new Error(text) }),
    ]) {
      const written = line({ value })
      assert.match(written, '[redacted]')
      for (const secret of ['a1B2', 'YXJ0', 'eyJh', 'hunter2', '0123', 'abcdef'])
        if (text.includes(secret)) assert.not.match(written, secret)
    }
  })
const KEYS = [
  'secret',
  'payload-secret',
  'registryPassword',
  'GITHUB_TOKEN',
  'Authorization',
  'set-cookie',
  'docker-key',
  'x-hub-signature-256',
]
for (const key of KEYS)
  hidden(`what is called ${key}, of any kind`, () => {
    for (const value of ['hunter2', ['hunter2'], { a: 'hunter2' }, 7])
      assert.equal(read({ headers: { [key]: value } }).headers, { [key]: '[redacted]' })
  })
hidden('nothing of an ordinary line', () => {
  const fields = {
    repository: 'acme/shop',
    sha: 'abc',
    reason: 'RUN npm ci: code 1 at https://a.example/x?from=1',
  }
  assert.equal(read(fields), { time: NOW.toISOString(), event: 'some_event', ...fields })
})
hidden.run()

const errors = suite('logLine of an error')
errors('has name, message, code, the place, and the same of its causes', () => {
  const cause = Object.assign(new TypeError('inner'), { code: 'EINNER' })
  const { error } = read({ error: new Failure('registry_down', undefined, cause) })
  assert.equal(Object.keys(error), ['name', 'message', 'code', 'at', 'cause'])
  assert.equal([error.name, error.code], ['Failure', 'registry_down'])
  assert.equal([error.cause.name, error.cause.message, error.cause.code], ['TypeError', 'inner', 'EINNER'])
  assert.match(error.at, /^at .*log\.test\.ts/)
})
errors('takes no line of a message for the place', () =>
  assert.match(read({ error: new Error('one\ntwo\nthree') }).error.at, /^at .*log\.test\.ts/),
)
errors('has a cause that is no error', () =>
  assert.is(read({ error: new Error('x', { cause: 'why' }) }).error.cause, 'why'),
)
errors('has nothing of the request or the answer of an axios error', async () => {
  const server = createServer((_, response) => response.writeHead(500, { 'X-Inner': 'canary' }).end('canary'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const headers = { 'X-Registry-Auth': 'canary', Accept: 'canary' }
  const error = await axios.post(`http://127.0.0.1:${port}/`, 'canary', { headers }).catch((thrown) => thrown)
  server.close()
  server.closeAllConnections()
  for (const fields of [{ error }, { cause: new Failure('internal', undefined, error) }, { list: [error] }]) {
    assert.not.match(line(fields), 'canary')
    assert.match(line(fields), 'Request failed with status code 500')
  }
})
errors.run()

const circle: Record<string, unknown> = {}
circle.self = { circle }
const ownCause = new Error('mine')
ownCause.cause = ownCause
const thrower = {
  get value(): string {
    throw new Error('not now, ghp_aaaaaaaaaaaaaaaaaaaaaaaa')
  },
}
const UNWRITABLE: [string, unknown][] = [
  ['a circle', circle],
  ['an error that is its own cause', ownCause],
  ['a bigint', 10n],
  ['a getter that throws', thrower],
  [
    'a toJSON that throws',
    {
      toJSON: () => {
        throw new Error('never')
      },
    },
  ],
  ['a date that is none', new Date(Number.NaN)],
  ['a symbol', Symbol('x')],
  ['a function', () => 1],
]
const robust = suite('logLine never throws')
for (const [name, value] of UNWRITABLE)
  robust(`for ${name}`, () => {
    const text = line({ value })
    assert.is(JSON.parse(text).event, 'some_event')
    assert.not.match(text, 'ghp_')
  })
robust.run()

const writing = suite('log')
writing('writes the line and a newline to stderr, and nothing to stdout', () => {
  const written: unknown[] = []
  const { write } = process.stderr
  process.stderr.write = (chunk: unknown) => written.push(chunk) > 0
  log('some_event', { n: 1 })
  process.stderr.write = write
  assert.is(written.length, 1)
  assert.match(String(written[0]), /^\{"time":"\d{4}-[^"]+Z","event":"some_event","n":1\}\n$/)
})
writing.run()
