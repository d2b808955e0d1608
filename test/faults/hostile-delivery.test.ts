import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { MergeRequest } from '../../functions/shared/build-request.ts'
import { json } from '../../functions/shared/http.ts'
import { secretsIn } from '../../functions/shared/secrets.ts'
import { receiver } from '../../functions/webhook/receive.ts'
import { failureOf } from '../support/failure-of.ts'
import { closed, delivery, push, SHA } from '../webhook/deliveries.ts'

const folder = await mkdtemp(join(tmpdir(), 'hostile-delivery-'))
for (const name of ['webhook-secret', 'payload-secret'])
  await writeFile(join(folder, name), name === 'webhook-secret' ? 'hook' : 'payload')
let enqueued: MergeRequest[] = []
const receive = receiver({
  rules: { branches: ['develop'], repositories: ['acme/*'] },
  secrets: secretsIn(folder),
  enqueue: async (merge) => void enqueued.push(merge),
  now: () => new Date('2026-11-22T18:00:00Z'),
})

const merged = JSON.stringify(closed())
const base = (ref: string) => closed({ base: { ref, repo: closed().repository } })
const deep = `${'[{"a":'.repeat(10_000)}1${'}]'.repeat(10_000)}`

/** Signed by who knows the secret: what is left to refuse is what the body says. */
const REFUSED: [string, string, string, RegExp][] = [
  ['a number', 'push', '7', /must be a JSON object/],
  ['a text', 'push', '"push"', /must be a JSON object/],
  ['UTF-16', 'push', '\ufeff{}', /not JSON/],
  ['merged, said twice: the last counts, and is no text', 'pull_request', said('"true"'), /must be boolean/],
  ['a commit named HEAD', 'pull_request', merged.replace(SHA, 'HEAD'), /40 lower-case hex/],
  ['a commit with a line end', 'pull_request', merged.replace(SHA, `${SHA}\\n`), /40 lower-case hex/],
  [
    'a commit that is a list',
    'pull_request',
    merged.replace(`"${SHA}"`, `["${SHA}"]`),
    /must be string,null/,
  ],
  ['a push whose commit has a line end', 'push', JSON.stringify(push({ after: `${SHA}\n` })), /after/],
  ['a number for a repository that is none', 'push', JSON.stringify(push()).replace(':7', ':1e999'), /id/],
  ['a negative number', 'push', JSON.stringify(push()).replace(':7', ':-7'), /id/],
  ['a name in other letters', 'push', JSON.stringify(push()).replace('acme', 'аcme'), /full_name/],
  ['a name with a query', 'push', JSON.stringify(push()).replace('acme/shop', 'acme/shop?x='), /full_name/],
  ['another owner', 'push', JSON.stringify(push()).replace('acme/', 'acme.evil/'), /not in the allow-list/],
]

/** The payload with its `merged` and, after it, another one. */
function said(value: string): string {
  return merged.replace('"merged":true', `"merged":true,"merged":${value}`)
}

const refusing = suite('hostile deliveries are refused')
refusing.before.each(() => {
  enqueued = []
})
for (const [title, event, body, sentence] of REFUSED)
  refusing(title, async () => {
    assert.match((await failureOf(receive(delivery(event, body)))).message, sentence)
    assert.equal(enqueued, [])
  })
refusing.run()

const taken = suite('hostile deliveries that are none of our business')
taken.before.each(() => {
  enqueued = []
})
taken.after(() => rm(folder, { recursive: true }))
taken('do not count as a merge where the last of two words says that it was none', async () => {
  const reply = await receive(delivery('pull_request', said('false')))
  assert.match(String(reply.body), 'closed without a merge')
  assert.equal(enqueued, [])
})
taken('may nest as deep as they like beside what is read', async () => {
  const reply = await receive(delivery('push', JSON.stringify(push()).replace('{', `{"deep":${deep},`)))
  assert.is(reply.status, 202)
})
taken('change nothing by keys that every object has', async () => {
  const keys = '{"__proto__":{"merged":true},"constructor":{"prototype":{"x":1}},"toString":1,'
  await receive(delivery('pull_request', merged.replace('{', keys)))
  assert.equal(Object.keys(enqueued[0] ?? {}).sort(), [
    'branch',
    'delivered',
    'pull_request',
    'repository',
    'repository_id',
    'sha',
  ])
  assert.is(({} as { x?: number }).x, undefined)
})
for (const [what, event, body] of [
  ['a branch', 'pull_request', JSON.stringify(base('\u001b]0;owned\u0007\u009b31m\u202egnp.exe\r\n'))],
  ['a pushed ref', 'push', JSON.stringify(push({ ref: 'refs/heads/\u009b2J\u202e\u2028<script>' }))],
  ['an action', 'pull_request', '{"action":"\\u001b[2J\\u009b\\u202e"}'],
] as const)
  taken(`are answered in letters that a terminal only shows: ${what}`, async () => {
    const body_ = String((await receive(delivery(event, body))).body)
    assert.match(body_, /^[^\p{Cc}\u202e\u2028]+\n$/u)
    assert.match(JSON.parse(body_).ignored, '\u009b')
  })
taken('are answered in one short line, however long a name is', async () => {
  const reply = await receive(delivery('push', JSON.stringify(push({ ref: 'x'.repeat(5_000_000) }))))
  assert.ok(String(reply.body).length < 400, `${String(reply.body).length} letters`)
})
taken('are refused in one short line, too', async () => {
  const body = JSON.stringify(push()).replace('acme/shop', `acme/${'x'.repeat(90)}`)
  const { status, code, message } = await failureOf(receive(delivery('push', body.replace('acme', 'evil'))))
  assert.ok(String(json(status, { error: code, message }).body).length < 400)
})
taken.run()
