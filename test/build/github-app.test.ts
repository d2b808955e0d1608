import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Access, openAccess } from '../../functions/build/github-access.ts'
import { githubPoster, githubTransport } from '../../functions/build/github-transport.ts'
import { openLfs } from '../../functions/build/lfs.ts'
import { Failure } from '../../functions/shared/failure.ts'
import type { Secrets } from '../../functions/shared/secrets.ts'
import type { GitHubApp, LocalGitHub } from '../../local/github/server.ts'
import { withHub } from '../local/github/hub.ts'
import { failureOf } from '../support/failure-of.ts'
import { appKeys, appOf } from '../support/github-app.ts'

const { publicKey, privateKey } = appKeys()
const START = Date.parse('2026-11-23T10:00:00Z')
const MINUTE = 60_000
const JSON_TYPE = 'application/vnd.github+json'
const MISSING =
  'the GitHub App 4711 is not installed on acme/shop: install it there, or let its installation have the repository'

type Stage = {
  hub: LocalGitHub
  app: GitHubApp
  access: Access
  ask: (path: string) => Promise<unknown>
  /** What both clocks say, in ms from the start, and what ours is ahead. */
  time: { passed: number; ahead: number }
  held: Record<string, string | undefined>
  /** What was asked of GitHub, and with which kind of token. */
  asked: () => string[]
}

/** acme/shop, which is private, at a GitHub with an App, and build that has the App's key. */
function stage(work: (stage: Stage) => Promise<void>, id = '4711'): () => Promise<void> {
  return async () => {
    const app = appOf(publicKey)
    const time = { passed: 0, ahead: 0 }
    const held: Stage['held'] = { 'github-app-key': privateKey }
    const secrets: Secrets = {
      find: async (name) => held[name],
      need: async (name) => {
        const text = held[name]
        if (text === undefined) throw new Failure('secret_missing', `the secret ${name} is missing or empty`)
        return text
      },
      rotating: () => Promise.reject(new Error('no secret is rotated')),
    }
    const now = () => START + time.passed
    await withHub({ app, now: () => new Date(now()) }, async (hub) => {
      await hub.create('acme/vault', { files: { a: '1' } }, { private: true })
      await hub.create('other/open', { files: { a: '1' } })
      await hub.create('other/shut', { files: { a: '1' } }, { private: true })
      const clocks = { now: () => now() + time.ahead, uptime: () => time.passed }
      const access = openAccess({ githubApiUrl: hub.url, githubAppId: id }, secrets, clocks)
      const get = githubTransport(access)
      const kind = (authorization = '') =>
        /^Bearer (eyJ|ghs_|ghp_)/.exec(authorization)?.[1] ?? (authorization ? 'other' : 'nobody')
      await work({
        hub,
        app,
        access,
        time,
        held,
        ask: async (path) => (await get(path, { accept: JSON_TYPE }))?.status,
        asked: () =>
          hub.requests.map(
            ({ method, path, headers }) => `${method} ${path} ${kind(headers.authorization as string)}`,
          ),
      })
    })()
  }
}
const VAULT = '/repos/acme/vault'
const INSTALLATION = `GET ${VAULT}/installation eyJ`
const TOKEN = 'POST /app/installations/1/access_tokens eyJ'

const asking = suite('a GitHub App')
asking(
  'asks with the token of its installation, which is got once for all that is asked at a time',
  stage(async ({ ask, asked }) => {
    const paths = [VAULT, `${VAULT}/commits/develop`, `${VAULT}/pulls`]
    assert.equal(await Promise.all(paths.map(ask)), [200, 200, 200])
    const [installation, token, ...rest] = asked()
    assert.equal([installation, token], [INSTALLATION, TOKEN])
    assert.equal(rest.sort(), paths.map((path) => `GET ${path} ghs_`).sort())
  }),
)
asking(
  'has one token for all repositories of an account, and one for each account',
  stage(async ({ hub, app, ask, asked }) => {
    await hub.create('acme/more', { files: { a: '1' } }, { private: true })
    app.installations.push({ id: 2, owner: 'other', repositories: ['shut'] })
    assert.is(await ask(VAULT), 200)
    assert.is(await ask('/repos/acme/more'), 200)
    assert.is(await ask('/repos/other/shut'), 200)
    assert.equal(
      asked().filter((line) => line.startsWith('POST')),
      [TOKEN, TOKEN.replace('/1/', '/2/')],
    )
  }),
)
asking(
  'renews its token before the hour is over, and not earlier',
  stage(async ({ ask, asked, time }) => {
    const made = () => asked().filter((line) => line === TOKEN).length
    await ask(VAULT)
    time.passed = 54 * MINUTE
    await ask(VAULT)
    assert.is(made(), 1)
    time.passed = 56 * MINUTE
    assert.is(await ask(VAULT), 200)
    assert.is(made(), 2)
  }),
)
asking(
  'counts the hour by GitHub’s clock, with ours a minute ahead or behind',
  stage(async ({ ask, asked, time }) => {
    for (const ahead of [MINUTE, -MINUTE]) {
      time.ahead = ahead
      time.passed += 56 * MINUTE
      assert.is(await ask(VAULT), 200)
      time.passed += 54 * MINUTE
      assert.is(await ask(VAULT), 200)
    }
    assert.is(asked().filter((line) => line === TOKEN).length, 2)
  }),
)
asking(
  'gets another token where GitHub does not take the one that it has, once',
  stage(async ({ hub, ask, asked }) => {
    await ask(VAULT)
    hub.revokeTokens()
    const from = asked().length
    assert.equal(await Promise.all([ask(VAULT), ask(`${VAULT}/pulls`)]), [200, 200])
    assert.is(
      asked()
        .slice(from)
        .filter((line) => line === TOKEN).length,
      1,
    )
    hub.faults.add({ match: `GET ${VAULT}`, status: 401 })
    const failure = await failureOf(() => ask(`${VAULT}/pulls`))
    assert.is(failure.code, 'github_refused')
  }),
)
asking(
  'finds its installation again where it was taken away and installed anew',
  stage(async ({ hub, app, ask }) => {
    await ask(VAULT)
    hub.revokeTokens()
    app.installations = [{ id: 9, owner: 'acme', repositories: ['vault'] }]
    assert.is(await ask(VAULT), 200)
  }),
)
asking(
  'is said to be missing where it is not installed, and a minute later no more',
  stage(async ({ app, ask, time, held }) => {
    const [all] = app.installations
    app.installations = [{ id: 1, owner: 'acme', repositories: ['other'] }]
    const failure = await failureOf(() => ask(VAULT))
    assert.equal([failure.code, failure.message], ['github_refused', MISSING.replace('shop', 'vault')])
    assert.is(failure.outcome, 'error')
    if (all) app.installations = [all]
    assert.is((await failureOf(() => ask(VAULT))).code, 'github_refused')
    time.passed = MINUTE
    assert.is(await ask(VAULT), 200)
    assert.is(held['github-token'], undefined)
  }),
)
asking(
  'leaves what is public to anybody, and the rest to github-token, where it is not installed',
  stage(async ({ ask, asked, held }) => {
    assert.is(await ask('/repos/other/open'), 200)
    assert.is(await ask('/repos/other/open/contents/nothing'), undefined)
    assert.is(asked().at(-1), 'GET /repos/other/open/contents/nothing nobody')
    held['github-token'] = `ghp_${'a'.repeat(36)}`
    assert.is(await ask('/repos/other/shut'), 200)
    assert.is(asked().at(-1), 'GET /repos/other/shut ghp_')
    assert.is(await ask(VAULT), 200)
    assert.is(asked().at(-1), `GET ${VAULT} ghs_`)
  }),
)
asking(
  'writes statuses, and says what it lacks for them',
  stage(async ({ hub, app, access, ask }) => {
    const post = githubPoster(access)
    const { sha } = await hub.push('acme/vault', { files: { b: '2' }, deliver: false })
    const path = `${VAULT}/statuses/${sha}`
    assert.is(await post(path, { state: 'success' }), true)
    app.permissions.statuses = 'read'
    const failure = await failureOf(() => post(path, { state: 'success' }))
    assert.is(
      failure.message,
      'GitHub refused the GitHub App (HTTP 403): it needs write access to commit statuses',
    )
    delete app.permissions.pull_requests
    assert.is(
      (await failureOf(() => ask(`${VAULT}/pulls`))).message,
      `GitHub answered 403 to ${VAULT}/pulls: has the GitHub App the permission for it?`,
    )
    const elsewhere = await failureOf(() => post(`/repos/other/shut/statuses/${sha}`, { state: 'success' }))
    assert.match(elsewhere.message, /^the GitHub App 4711 is not installed on other\/shut: /)
  }),
)
asking(
  'opens Git LFS, too',
  stage(async ({ hub, access }) => {
    const lfs = openLfs({ githubUrl: hub.url, githubApiUrl: hub.url }, access)
    const oid = '0'.repeat(64)
    assert.is((await lfs.find('acme/vault', [{ oid, size: 1 }])).size, 0)
    const basic = String(hub.requests.at(-1)?.headers.authorization).replace(/^Basic /, '')
    assert.match(Buffer.from(basic, 'base64').toString(), /^x-access-token:ghs_/)
  }),
)
asking(
  'follows a renamed repository with its token',
  stage(async ({ hub, ask, asked }) => {
    const id = hub.id('acme/vault')
    await hub.rename('acme/vault', 'acme/safe')
    assert.is(await ask(VAULT), 200)
    assert.is(asked().at(-1), `GET /repositories/${id} ghs_`)
  }),
)
asking('is installed nowhere at a GitHub that knows no Apps, such as the installer’s test has', async () => {
  await withHub({}, async (hub) => {
    const secrets = { find: async () => undefined, need: async () => privateKey } as unknown as Secrets
    const clocks = { now: Date.now, uptime: () => performance.now() }
    const access = openAccess({ githubApiUrl: hub.url, githubAppId: '4711' }, secrets, clocks)
    const answer = await githubTransport(access)('/repos/acme/shop', { accept: JSON_TYPE })
    assert.is(answer?.status, 200)
  })()
})
asking('has no part in what is asked where none is set', async () => {
  await stage(async ({ ask, asked, held }) => {
    held['github-token'] = `ghp_${'a'.repeat(36)}`
    assert.is(await ask(VAULT), 200)
    assert.equal(asked(), [`GET ${VAULT} ghp_`])
  }, '')()
})
asking.run()

const DOES_NOT_TAKE = /^GitHub does not take the key of the GitHub App 4711 \(HTTP 401: /
const WRONG: [title: string, breaks: (stage: Stage) => void, code: string, message: RegExp][] = [
  [
    'a key of another App',
    ({ held }) => Object.assign(held, { 'github-app-key': appKeys().privateKey }),
    'github_refused',
    DOES_NOT_TAKE,
  ],
  [
    'a number that no App has',
    ({ app }) => Object.assign(app, { id: 1 }),
    'github_refused',
    /\(HTTP 404: Integration not found\): are github_app_id, github-app-key and our clock right\?$/,
  ],
  [
    'a clock two minutes ahead',
    ({ time }) => Object.assign(time, { ahead: 2 * MINUTE }),
    'github_refused',
    /'iat'/,
  ],
  [
    'a clock six minutes behind',
    ({ time }) => Object.assign(time, { ahead: -6 * MINUTE }),
    'github_refused',
    /'exp'/,
  ],
  [
    'an installation that is suspended',
    ({ app }) => Object.assign(app.installations[0] ?? {}, { suspended: true }),
    'github_refused',
    /^GitHub gives the GitHub App 4711 no token \(HTTP 403: This installation has been suspended\)$/,
  ],
  [
    'no key',
    ({ held }) => Object.assign(held, { 'github-app-key': undefined }),
    'secret_missing',
    /^the secret github-app-key is missing/,
  ],
  [
    'a key that is none, of which nothing is shown',
    ({ held }) => Object.assign(held, { 'github-app-key': '-----BEGIN hunter2' }),
    'secret_missing',
    /^the secret github-app-key is no private RSA key in PEM$/,
  ],
  [
    'a GitHub that is down',
    ({ hub }) => hub.faults.add({ match: 'POST', status: 502 }),
    'github_down',
    /answered 502/,
  ],
  [
    'a GitHub that answers something else',
    ({ hub }) => hub.faults.add({ match: 'POST', status: 201, body: '{}' }),
    'github_down',
    /is not what its API promises$/,
  ],
  [
    'a limit that is used up',
    ({ hub }) => hub.faults.add({ match: '/installation', status: 429 }),
    'github_limit',
    /rate limit is used up/,
  ],
]
const wrong = suite('a GitHub App with')
for (const [title, breaks, code, message] of WRONG)
  wrong(
    `${title} makes what is asked wait, with the reason, until it is right again`,
    stage(async (all) => {
      const before = { app: structuredClone(all.app), time: { ...all.time } }
      breaks(all)
      const failure = await failureOf(() => all.ask(VAULT))
      assert.is(failure.code, code)
      assert.match(failure.message, message)
      assert.is(failure.state, 'error')
      Object.assign(all.held, { 'github-app-key': privateKey })
      Object.assign(all.app, before.app)
      Object.assign(all.time, before.time)
      all.hub.faults.clear()
      assert.is(await all.ask(VAULT), 200)
    }),
  )
wrong.run()
