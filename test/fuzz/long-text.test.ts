import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { admit } from '../../functions/badge/access.ts'
import { route } from '../../functions/badge/route.ts'
import { walk } from '../../functions/build/archive.ts'
import { contextFor } from '../../functions/build/context.ts'
import { buildFailure, pushFailure } from '../../functions/build/engine-failure.ts'
import { stepLog } from '../../functions/build/step-log.ts'
import { parseBuildRequest } from '../../functions/shared/build-request.ts'
import { Failure } from '../../functions/shared/failure.ts'
import { logLine } from '../../functions/shared/log.ts'
import { jsonLine, oneLine, plainText } from '../../functions/shared/printable.ts'
import { openRegistry } from '../../functions/shared/registry.ts'
import { verify } from '../../functions/shared/signature.ts'
import { decide } from '../../functions/webhook/decide.ts'
import { parseDelivery } from '../../functions/webhook/delivery.ts'
import { pax, SHA, TOP, tarball } from '../build/tar-bytes.ts'
import { closed, push } from '../webhook/deliveries.ts'
import { within } from './within.ts'

const MEGABYTE = 1024 * 1024

/** What makes regular expressions go back: one thing many times, and in the end something that does not fit. */
const PIECES = [
  'a-',
  '/',
  '\r',
  ';',
  '0',
  'key=',
  '\u001b[0 ',
  '\u001b]',
  'rpc error: code = a desc = ',
  'executor failed running ',
  'failed to compute cache key ',
]

const TEXTS = PIECES.map((piece) => `${piece.repeat(MEGABYTE / piece.length)}!\0`)

const headersOf = (name: string, text: string) => ({
  method: 'GET',
  path: '/web',
  query: {},
  headers: { [name]: text },
  body: Buffer.alloc(0),
})
const pulled = (text: string) =>
  closed({ base: { ref: text, repo: { id: 7, full_name: text } }, merge_commit_sha: text })
const rules = { branches: ['develop'], repositories: ['acme/*'] }
const method = { service_name: 'web', version: '1', type: 'Docker' }
const asked = (change: object) => parseBuildRequest(Buffer.from(JSON.stringify({ ...method, ...change })))

/** Everything that reads a text from outside with a regular expression, but what has a limit well below 1 MB. */
const READERS: [string, (text: string) => unknown][] = [
  ['a signature', (text) => verify(['hook'], '', text)],
  ['a cookie', (text) => admit(headersOf('cookie', text), 'web', ['x'], true)],
  ['a bearer token', (text) => admit(headersOf('authorization', `Bearer ${text}`), 'web', ['x'], true)],
  ['a path of the badge', (text) => route({ method: 'GET', path: `/${text}.svg` })],
  ['a path of a log', (text) => route({ method: 'GET', path: `/web/builds/${text}.log` })],
  [
    'a pull request',
    (text) => decide(parseDelivery('pull_request', Buffer.from(JSON.stringify(pulled(text)))), rules),
  ],
  [
    'a push',
    (text) => decide(parseDelivery('push', Buffer.from(JSON.stringify(push({ ref: text })))), rules),
  ],
  ['a service name', (text) => asked({ service_name: text })],
  ['a repository', (text) => asked({ repository: `a/${text}` })],
  ['a ref', (text) => asked({ ref: text })],
  ['a message', oneLine],
  ['a log', plainText],
  ['an answer', (text) => jsonLine({ text })],
  ['a line of our log', (text) => logLine('x', { text, [text.slice(0, 9)]: text }, new Date(0))],
  ["the engine's error", (text) => buildFailure(text, text.slice(-2000))],
  ["the engine's error of a push", pushFailure],
]

const long = suite('a megabyte of')
for (const [name, read] of READERS)
  long(`${name} is read at once`, () => {
    for (const text of TEXTS) {
      const shown = JSON.stringify(text.slice(0, 30))
      try {
        within(() => read(text))
      } catch (thrown) {
        assert.ok(thrown instanceof Failure, `${name} of ${shown}…: ${(thrown as Error).message}`)
      }
    }
  })
long('output without a line end is logged at once', () => {
  const say = stepLog()
  // BuildKit keeps 2 MB of a step; they come in pieces.
  const bytes = Buffer.alloc(4096, 'x')
  within(() => {
    for (let piece = 0; piece < 256; piece += 1) say({ vertices: [], outputs: [{ vertex: 'a', bytes }] })
  })
})
long.run()

const small = suite('as much as a header may hold of')
small('a Link is read at once', async () => {
  for (const link of ['<', '</', ...PIECES].map((piece) => piece.repeat(16_000 / piece.length))) {
    const body = Buffer.from('{"tags":[]}')
    const registry = openRegistry(async () => ({ status: 200, headers: { link }, body }))
    const before = performance.now()
    await registry.tags('web')
    assert.ok(performance.now() - before < 2_000, JSON.stringify(link.slice(0, 30)))
  }
})
small.run()

const source = suite('sources that would take hours')
const IGNORES = [
  '*a'.repeat(30),
  '**/'.repeat(30),
  '?*'.repeat(30),
  '!*a*a*a*a*a*a*a*a*a*a',
  '*'.repeat(1000),
]
const file = { mode: '100644', blob: '0', size: 0, target: '' } as const
const tree = (ignore: string, name: string) => ({
  files: new Map([
    ['web/Dockerfile', file],
    [`web/${name}`, file],
  ]),
  texts: new Map([
    ['web/Dockerfile', Buffer.from('FROM scratch')],
    ['web/.dockerignore', Buffer.from(ignore)],
  ]),
  submodules: [],
  attributes: new Set<string>(),
  plain: true,
})
for (const ignore of IGNORES)
  source(`.dockerignore of ${ignore.slice(0, 12)}… is looked at at once`, () => {
    const name = `${'a'.repeat(200)}/${'a'.repeat(200)}b`
    within(() => contextFor({ service_name: 'web', version: '1', type: 'Docker' }, tree(ignore, name)))
  })
source('a path of 100,000 slashes is refused at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-long-'))
  const path = `${TOP}/${'/'.repeat(100_000)}x`
  writeFileSync(join(folder, 'tar.gz'), tarball([pax({ path }), { name: 'x' }]))
  const before = performance.now()
  const ended = await walk(createReadStream(join(folder, 'tar.gz')), SHA, () => {}).catch(
    (thrown: unknown) => thrown,
  )
  rmSync(folder, { recursive: true })
  assert.instance(ended, Failure)
  assert.ok(performance.now() - before < 2_000, 'it takes time that grows with the square of its length')
})
source.run()
