import { sign } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { GitHubApp, LocalGitHub } from '../../../local/github/server.ts'
import { appKeys, appOf } from '../../support/github-app.ts'
import { ask, withHub } from './hub.ts'

const { publicKey, privateKey } = appKeys()
const NOW = Date.parse('2026-11-23T10:00:00Z') / 1000

/** A JSON web token as an App signs it, with what is wrong about it. */
function jwt(claims: object = {}, { alg = 'RS256', key = privateKey } = {}): string {
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${encoded({ alg, typ: 'JWT' })}.${encoded({ iat: NOW - 60, exp: NOW + 300, iss: '4711', ...claims })}`
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
}

type Stage = { hub: LocalGitHub; app: GitHubApp; clock: { seconds: number } }

/** acme/shop and a private acme/vault, with an App on acme. */
function stage(work: (stage: Stage) => Promise<void>): () => Promise<void> {
  return async () => {
    const app = appOf(publicKey)
    const clock = { seconds: NOW }
    await withHub({ app, now: () => new Date(clock.seconds * 1000) }, async (hub) => {
      await hub.create('acme/vault', { files: { a: '1' } }, { private: true })
      await work({ hub, app, clock })
    })()
  }
}
const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
const TOKENS = '/app/installations/1/access_tokens'
const tokenOf = async (hub: LocalGitHub) =>
  (await ask(hub, TOKENS, { method: 'POST', ...as(jwt()) })).body.token as string

const apps = suite('a GitHub App of the local GitHub')
apps(
  'says what it is, and where it is installed',
  stage(async ({ hub }) => {
    const { status, body } = await ask(hub, '/app', as(jwt()))
    assert.equal([status, body.id, body.permissions.statuses], [200, 4711, 'write'])
    const found = await ask(hub, '/repos/acme/vault/installation', as(jwt()))
    assert.equal([found.status, found.body.id, found.body.app_id], [200, 1, 4711])
  }),
)
apps(
  'has no installation on what it was not given',
  stage(async ({ hub, app }) => {
    app.installations = [{ id: 1, owner: 'acme', repositories: ['vault'] }]
    assert.is((await ask(hub, '/repos/acme/shop/installation', as(jwt()))).status, 404)
    assert.is((await ask(hub, '/repos/acme/nothing/installation', as(jwt()))).status, 404)
    const unknown = await ask(hub, TOKENS.replace('1', '2'), { method: 'POST', ...as(jwt()) })
    assert.is(unknown.status, 404)
  }),
)
apps(
  'gives its installation a token for an hour',
  stage(async ({ hub, clock }) => {
    const { status, body } = await ask(hub, TOKENS, { method: 'POST', ...as(jwt()) })
    assert.equal([status, body.expires_at], [201, '2026-11-23T11:00:00Z'])
    assert.match(body.token, /^ghs_/)
    assert.is((await ask(hub, '/repos/acme/vault', as(body.token))).status, 200)
    clock.seconds += 3600
    const ended = await ask(hub, '/repos/acme/vault', as(body.token))
    assert.equal([ended.status, ended.body.message], [401, 'Bad credentials'])
  }),
)
apps(
  'sees with it only what it is installed on, and does only what it may',
  stage(async ({ hub, app }) => {
    app.installations = [{ id: 1, owner: 'acme', repositories: ['shop'] }]
    const token = await tokenOf(hub)
    assert.is((await ask(hub, '/repos/acme/vault', as(token))).status, 404)
    app.installations = [{ id: 1, owner: 'acme', repositories: 'all' }]
    app.permissions = { metadata: 'read' }
    assert.is((await ask(hub, '/repos/acme/vault', as(token))).status, 200)
    for (const path of ['/pulls', '/commits/develop', '/tarball/develop', '/contents/a']) {
      const { status, body } = await ask(hub, `/repos/acme/vault${path}`, as(token))
      assert.equal([status, body.message], [403, 'Resource not accessible by integration'], path)
    }
    const { status } = await ask(hub, `/repos/acme/vault/statuses/${'a'.repeat(40)}`, {
      method: 'POST',
      body: '{"state":"success"}',
      ...as(token),
    })
    assert.is(status, 403)
    assert.is((await ask(hub, '/app', as(token))).status, 401)
  }),
)
apps(
  'has a rate limit for each installation',
  stage(async ({ hub, app }) => {
    app.installations.push({ id: 2, owner: 'other', repositories: 'all' })
    const token = await tokenOf(hub)
    const { headers } = await ask(hub, '/repos/acme/vault', as(token))
    assert.is(headers.get('x-ratelimit-used'), '1')
    const { body } = await ask(hub, TOKENS.replace('1', '2'), { method: 'POST', ...as(jwt()) })
    const other = await ask(hub, '/repos/acme/shop', as(body.token))
    assert.is(other.headers.get('x-ratelimit-used'), '1')
  }),
)
const FUTURE = "'Expiration time' claim ('exp') must be a numeric value representing the future time"
const REFUSED: [title: string, token: string, status: number, message: string][] = [
  ['that has ended', jwt({ exp: NOW }), 401, FUTURE],
  ['without an end', jwt({ exp: undefined }), 401, FUTURE],
  [
    'for more than ten minutes',
    jwt({ exp: NOW + 601 }),
    401,
    "'Expiration time' claim ('exp') is too far in the future",
  ],
  ['from the future', jwt({ iat: NOW + 1 }), 401, "'Issued at' claim ('iat') must be an Integer"],
  ['of another key', jwt({}, { key: appKeys().privateKey }), 401, 'A JSON web token could not be decoded'],
  ['of another algorithm', jwt({}, { alg: 'none' }), 401, 'A JSON web token could not be decoded'],
  ['that is none', 'ghp_token', 401, 'A JSON web token could not be decoded'],
  ['of an App that nobody knows', jwt({ iss: '1' }), 404, 'Integration not found'],
]
for (const [title, token, status, message] of REFUSED)
  apps(
    `is refused with a signature ${title}`,
    stage(async ({ hub }) => {
      for (const path of ['/app', '/repos/acme/vault/installation']) {
        const answer = await ask(hub, path, as(token))
        assert.is(answer.status, status, answer.body.message)
        assert.ok(answer.body.message.startsWith(message), answer.body.message)
      }
    }),
  )
apps(
  'may ask nothing else with its signature',
  stage(async ({ hub }) => {
    assert.is((await ask(hub, '/repos/acme/vault', as(jwt()))).status, 401)
  }),
)
apps.run()
