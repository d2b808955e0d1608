import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { CheckRequest, MergeRequest } from '../../functions/shared/build-request.ts'
import { Failure } from '../../functions/shared/failure.ts'
import { secretsIn } from '../../functions/shared/secrets.ts'
import { sign } from '../../functions/shared/signature.ts'
import { receiver } from '../../functions/webhook/receive.ts'
import { changed, closed, delivery, push, SHA } from './deliveries.ts'

const merged = JSON.stringify(closed())
const folder = await mkdtemp(join(tmpdir(), 'webhook-'))
const secret = (name: string, text: string) => writeFile(join(folder, name), text)
let enqueued: [MergeRequest | CheckRequest, string][] = []
const receive = receiver({
  rules: { branches: ['develop'], repositories: [] },
  secrets: secretsIn(folder),
  enqueue: async (...call) => void enqueued.push(call),
  now: () => new Date('2026-11-22T18:00:00Z'),
})
const codeOf = (request: Parameters<typeof receive>[0]) =>
  receive(request).then(
    (reply) => `answered ${reply.status}`,
    (error: unknown) => (error instanceof Failure ? error.code : String(error)),
  )

async function fresh() {
  enqueued = []
  await secret('webhook-secret', 'hook\n')
  await secret('payload-secret', 'first\nsecond\n')
}

const receiving = suite('webhook receive')
receiving.before.each(fresh)
receiving('enqueues a merged pull request and says so in one line', async () => {
  const reply = await receive(delivery('pull_request', merged))
  assert.is(reply.status, 202)
  assert.is(reply.body, `{"accepted":"acme/shop 1a2b3c4 (pull request 12) will be built","sha":"${SHA}"}\n`)
  const request = { repository_id: 7, repository: 'acme/shop', sha: SHA, branch: 'develop', pull_request: 12 }
  assert.equal(enqueued, [[{ ...request, delivered: '2026-11-22T18:00:00.000Z' }, 'first']])
})
receiving('enqueues a push without a pull request', async () => {
  const reply = await receive(delivery('push', JSON.stringify(push())))
  assert.match(String(reply.body), 'acme/shop 1a2b3c4 (push, if it is a merge) will be built')
  assert.not('pull_request' in (enqueued[0]?.[0] ?? {}))
})
receiving('enqueues the check of a pull request and says so in one line', async () => {
  const reply = await receive(delivery('pull_request', JSON.stringify(changed('synchronize'))))
  assert.is(reply.status, 202)
  assert.is(reply.body, `{"accepted":"acme/shop pull request 12 will be checked","sha":"${SHA}"}\n`)
  const request = { repository_id: 7, repository: 'acme/shop', sha: SHA, pull_request: 12, check: true }
  assert.equal(enqueued, [[{ ...request, delivered: '2026-11-22T18:00:00.000Z' }, 'first']])
})
receiving('answers 200 to what it ignores, and enqueues nothing', async () => {
  const reply = await receive(delivery('pull_request', JSON.stringify(closed({ merged: false }))))
  assert.is(reply.status, 200)
  assert.is(reply.body, '{"ignored":"pull request 12 was closed without a merge"}\n')
  assert.equal(enqueued, [])
})
receiving('takes both secrets while one is being rotated', async () => {
  await secret('webhook-secret', 'new\nhook\n')
  for (const key of ['new', 'hook']) {
    const headers = { 'x-hub-signature-256': sign(key, merged) }
    assert.is((await receive(delivery('pull_request', merged, headers))).status, 202)
  }
})
receiving('takes a content type with a charset', async () => {
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  assert.is(await codeOf(delivery('pull_request', merged, headers)), 'answered 202')
})
receiving('keeps keys such as __proto__ out of everything', async () => {
  const body = merged.replace('{', '{"__proto__":{"polluted":true},')
  assert.is(await codeOf(delivery('pull_request', body)), 'answered 202')
  assert.is(({} as { polluted?: boolean }).polluted, undefined)
})
receiving.run()

const signed = (key: string, body = merged) => ({ 'x-hub-signature-256': sign(key, body) })
const refusals: [string, string, ReturnType<typeof delivery>][] = [
  ['another method than POST', 'method', { ...delivery('pull_request', merged), method: 'GET' }],
  [
    'a compressed body, before it looks at the signature',
    'media_type',
    delivery('pull_request', merged, { 'content-encoding': 'gzip', ...signed('x') }),
  ],
  [
    'a missing signature',
    'signature',
    delivery('pull_request', merged, { 'x-hub-signature-256': undefined }),
  ],
  ['a wrong secret', 'signature', delivery('pull_request', merged, signed('guess'))],
  [
    'the old SHA-1 header alone',
    'signature',
    delivery('pull_request', merged, { 'x-hub-signature-256': undefined, 'x-hub-signature': 'sha1=00' }),
  ],
  ['a body that changed by one space', 'signature', delivery('pull_request', `${merged} `, signed('hook'))],
  [
    'two signatures',
    'signature',
    delivery('pull_request', merged, {
      'x-hub-signature-256': `${sign('hook', merged)}, ${sign('hook', merged)}`,
    }),
  ],
  [
    'a wrong signature before it looks at the JSON',
    'signature',
    delivery('pull_request', '{', signed('guess')),
  ],
  ['an empty body', 'bad_request', delivery('pull_request', '')],
  [
    'a form',
    'media_type',
    delivery('pull_request', merged, { 'content-type': 'application/x-www-form-urlencoded' }),
  ],
  ['a missing content type', 'media_type', delivery('pull_request', merged, { 'content-type': undefined })],
  ['more than 25 MB', 'too_large', delivery('pull_request', ' '.repeat(25 * 1024 * 1024 + 1))],
  ['broken JSON', 'bad_request', delivery('pull_request', '{"action":')],
  ['a list', 'bad_request', delivery('pull_request', '[]')],
  ['null', 'bad_request', delivery('pull_request', 'null')],
  ['nesting 10,000 deep', 'bad_request', delivery('push', '['.repeat(10_000) + ']'.repeat(10_000))],
  ['a missing event', 'bad_request', delivery('ping', '{}', { 'x-github-event': undefined })],
]

const refusing = suite('webhook refuses')
refusing.before.each(fresh)
refusing.after(() => rm(folder, { recursive: true }))
for (const [title, code, request] of refusals)
  refusing(title, async () => {
    assert.is(await codeOf(request), code)
    assert.equal(enqueued, [])
  })
for (const text of ['', '\n', '  \n\n'])
  refusing(`everything while its secret is ${JSON.stringify(text)}`, async () => {
    await secret('webhook-secret', text)
    assert.is(await codeOf(delivery('pull_request', merged, signed(''))), 'secret_missing')
    assert.is(await codeOf(delivery('pull_request', merged, signed(text.trim()))), 'secret_missing')
  })
refusing('a merge that it could not sign', async () => {
  await rm(join(folder, 'payload-secret'))
  assert.is(await codeOf(delivery('pull_request', merged)), 'secret_missing')
  assert.equal(enqueued, [])
})
refusing.run()
