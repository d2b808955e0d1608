import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Rights } from '../../../local/github/rights.ts'
import type { LocalGitHub } from '../../../local/github/server.ts'
import { openState, type State } from '../../../local/state.ts'
import { rememberAddress } from '../../../local/tunnel/addresses.ts'
import { type Webhooks, webhooksOf } from '../../../local/webhook/connect.ts'
import { webAddress } from '../../../local/webhook/words.ts'
import { type Document, withHub } from '../github/hub.ts'

const TOKENS: Record<string, Rights> = {
  'ghp_secret-token': { scopes: ['repo'] },
  github_pat_contents: { permissions: { contents: 'read' } },
  ghp_small: { scopes: ['repo:status'] },
}
const SECRET = 'the-webhook-secret'

/** What GitHub delivers to; `status` is what it answers. */
let status = 200
const there = createServer((request, response) => {
  request.resume()
  response.writeHead(status).end()
})
const address = () => `http://127.0.0.1:${(there.address() as AddressInfo).port}`

type Around = {
  hub: LocalGitHub
  state: State
  hooks: Webhooks
  said: string[]
  /** The webhooks that acme/shop has. */
  all: () => Promise<Document[]>
  make: (url: string) => Promise<Document>
}

const github = async (hub: LocalGitHub, method: string, path: string, body?: object) => {
  const headers = { authorization: 'Bearer ghp_secret-token' }
  const sent = body && { body: JSON.stringify(body) }
  return (await fetch(`${hub.url}/repos/acme/shop/hooks${path}`, { method, headers, ...sent })).json()
}

function around(token: string | undefined, work: (it: Around) => Promise<void>): () => Promise<void> {
  return withHub({ tokens: TOKENS }, async (hub) => {
    status = 200
    const state = openState(mkdtempSync(join(tmpdir(), 'artefacto-state-')))
    writeFileSync(join(state.secrets, 'webhook-secret'), `${SECRET}\nan-older-one\n`)
    if (token !== undefined) writeFileSync(join(state.secrets, 'github-token'), `${token}\n`)
    const said: string[] = []
    try {
      await work({
        hub,
        state,
        said,
        hooks: webhooksOf(['acme/shop'], hub.url, state),
        all: async () => (await github(hub, 'GET', '')) as Document[],
        make: (url) => github(hub, 'POST', '', { config: { url }, events: ['push'] }),
      })
      assert.not.match(said.join('\n'), /the-webhook-secret|an-older-one|secret-token|ghp_|github_pat/)
    } finally {
      state.close()
      rmSync(state.folder, { recursive: true })
    }
  })
}

const webhook = suite('the webhook of a tunnel')
webhook.before(() => new Promise<void>((resolve) => void there.listen(0, '127.0.0.1', resolve)))
webhook.after(() => {
  there.close()
  there.closeAllConnections()
})

webhook(
  'is made, and GitHub says that it reached us',
  around('ghp_secret-token', async ({ hub, hooks, said, all }) => {
    await hooks.lead(address(), (line) => said.push(line))
    const [hook, ...more] = await all()
    assert.is(more.length, 0)
    assert.equal([hook.active, hook.events], [true, ['pull_request', 'push']])
    const url = `${address()}/function/webhook`
    assert.equal(hook.config, { url, content_type: 'json', insecure_ssl: '0', secret: '********' })
    assert.equal(said, ['The webhook of acme/shop is set up. GitHub reached us: 200'])
    assert.is(hub.requests.filter(({ method }) => method === 'POST').length, 1)
  }),
)
webhook(
  'is changed where it led to an earlier address of ours, and switched off at the end',
  around('ghp_secret-token', async ({ state, hooks, said, all, make }) => {
    rememberAddress(state, 'https://before.trycloudflare.com')
    const { id } = await make('https://before.trycloudflare.com/function/webhook')
    await hooks.lead(address(), (line) => said.push(line))
    const hooksNow = await all()
    assert.equal(
      hooksNow.map((hook) => [hook.id, hook.config.url, hook.active]),
      [[id, `${address()}/function/webhook`, true]],
    )
    assert.equal(said, ['The webhook of acme/shop is set up. GitHub reached us: 200'])
    await hooks.switchOff((line) => said.push(line))
    assert.equal([(await all())[0].active, said.length], [false, 1])
  }),
)
webhook(
  'is switched on again by the next start',
  around('ghp_secret-token', async ({ state, hooks, all }) => {
    rememberAddress(state, address())
    await hooks.lead(address(), () => {})
    await hooks.switchOff(() => {})
    await hooks.lead(address(), () => {})
    assert.equal(
      (await all()).map(({ active }) => active),
      [true],
    )
  }),
)
webhook(
  'is never one of somebody else, a stranger’s tunnel neither',
  around('ghp_secret-token', async ({ state, hooks, said, all, make }) => {
    rememberAddress(state, 'https://mine.trycloudflare.com')
    await make('https://theirs.trycloudflare.com/function/webhook')
    await make('https://ci.example.org/hook')
    await make('https://mine.trycloudflare.com.example.org/function/webhook')
    const before = await all()
    await hooks.lead(address(), (line) => said.push(line))
    const now = await all()
    assert.is(now.length, 4)
    assert.equal(
      now.slice(0, 3).map(({ id, config, active, updated_at }) => ({ id, config, active, updated_at })),
      before.map(({ id, config, active, updated_at }) => ({ id, config, active, updated_at })),
    )
    await hooks.switchOff(() => {})
    assert.equal(
      (await all()).map(({ active }) => active),
      [true, true, true, false],
    )
  }),
)
webhook(
  'that we answer with an error is said to be so, with the page that shows it',
  around('ghp_secret-token', async ({ hub, hooks, said, all }) => {
    status = 401
    await hooks.lead(address(), (line) => said.push(line))
    const page = `${hub.url}/acme/shop/settings/hooks/${(await all())[0].id}`
    assert.ok(said[0]?.includes("but GitHub's ping failed: 401"), said[0])
    assert.ok(said[0]?.includes(page), said[0])
  }),
)

const REFUSED: [title: string, token: string | undefined, words: RegExp][] = [
  ['without a token', undefined, /^There is no token in .*github-token\.$/m],
  ['with a blank token', ' ', /^There is no token/m],
  [
    'with a token that GitHub does not know',
    'ghp_wrong',
    /does not accept the token in .* \(401 Bad credentials\)/,
  ],
  [
    'with a token that may not',
    'github_pat_contents',
    /may not handle webhooks \(403 .*"Webhooks: read and write"/,
  ],
  ['with a classic token without the scope', 'ghp_small', /\(404\): is the name right.*admin:repo_hook/],
]
for (const [title, token, words] of REFUSED)
  webhook(
    `is left to the person ${title}, field by field`,
    around(token, async ({ hub, state, hooks, said, all }) => {
      await hooks.lead(address(), (line) => said.push(line))
      const text = said.join('\n')
      assert.match(text, words)
      assert.ok(text.includes(`${hub.url}/acme/shop/settings/hooks/new`), text)
      assert.ok(text.includes(`Payload URL       ${address()}/function/webhook\n`), text)
      assert.match(text, /Content type {6}application\/json\n/)
      assert.ok(text.includes(`the first line of ${join(state.secrets, 'webhook-secret')}\n`), text)
      assert.match(text, /Pull requests and Pushes, no others\n/)
      assert.equal(await all(), [])
    }),
  )
webhook(
  'is left to the person while GitHub fails or is away',
  around('ghp_secret-token', async ({ hub, hooks, said }) => {
    hub.faults.add({ match: 'GET /repos/acme/shop/hooks', status: 502, times: 1 })
    await hooks.lead(address(), (line) => said.push(line))
    assert.match(said.join(), /did not set up the webhook of acme\/shop: 502.*Payload URL/s)
    hub.faults.add({ match: '/hooks', drop: true })
    await hooks.lead(address(), (line) => said.push(line))
    assert.match(said.join(), /GitHub does not answer: .*Payload URL/s)
  }),
)
webhook(
  'that cannot be switched off at the end is said to go on failing',
  around('ghp_secret-token', async ({ hub, hooks, said }) => {
    await hooks.lead(address(), () => {})
    hub.faults.add({ match: 'PATCH', status: 503 })
    await hooks.switchOff((line) => said.push(line))
    assert.match(said.join(), /could not be switched off \(.*\): it goes on failing/)
  }),
)
webhook('has its page at GitHub, and at Enterprise', () => {
  assert.is(webAddress('https://api.github.com'), 'https://github.com')
  assert.is(webAddress('https://git.example.org/api/v3'), 'https://git.example.org')
  assert.is(webAddress('https://api.acme.ghe.com'), 'https://acme.ghe.com')
})
webhook.run()
