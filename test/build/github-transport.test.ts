import { createServer } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { generate } from 'selfsigned'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { githubPoster } from '../../functions/build/github-transport.ts'
import type { Fault } from '../../local/github/server.ts'
import { withHub } from '../local/github/hub.ts'
import { failureOf } from '../support/failure-of.ts'
import { accessTo, holding, TOKEN, transport, withGitHub } from './asking-github.ts'

const JSON_TYPE = 'application/vnd.github+json'
const PATH = '/repos/acme/shop'
const ask = (url: string, token?: string) => transport(url, token)(PATH, { accept: JSON_TYPE })

const asking = suite('githubTransport')
asking(
  'asks with the token, in the words that GitHub wants',
  withHub({ token: TOKEN }, async (hub) => {
    assert.is((await ask(hub.url, TOKEN))?.status, 200)
    const headers = hub.requests[0]?.headers
    assert.is(headers?.authorization, `Bearer ${TOKEN}`)
    assert.equal([headers?.accept, headers?.['user-agent']], [JSON_TYPE, 'artefacto'])
    assert.is(headers?.['x-github-api-version'], '2022-11-28')
  }),
)
asking(
  'asks without one where there is none',
  withHub({}, async (hub) => {
    assert.is((await ask(hub.url))?.status, 200)
    assert.is(hub.requests[0]?.headers.authorization, undefined)
  }),
)
asking(
  'gives undefined for what GitHub does not have',
  withHub({}, async (hub) => {
    assert.is(await transport(hub.url)('/repos/acme/nothing', { accept: JSON_TYPE }), undefined)
    hub.faults.add({ match: PATH, status: 422 })
    assert.is(await ask(hub.url), undefined)
  }),
)
asking(
  'follows a renamed repository, and shows the token to the same host again',
  withGitHub(async ({ hub }) => {
    hub.faults.add({ match: `GET ${PATH}`, times: 1, status: 301, redirectTo: `${hub.url}${PATH}` })
    assert.is((await ask(hub.url, TOKEN))?.status, 200)
    assert.is(hub.requests[1]?.headers.authorization, `Bearer ${TOKEN}`)
  }),
)
asking('shows the token to no other host, and again to its own when it is sent back', async () => {
  const seen: (string | undefined)[] = []
  const other = createServer((request, response) => {
    seen.push(request.headers.authorization)
    response.writeHead(307, { location: String(request.headers['x-back'] ?? back) }).end()
  })
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`
  let back = ''
  await withGitHub(async ({ hub }) => {
    back = `${hub.url}${PATH}`
    hub.faults.add({ match: `GET ${PATH}`, times: 1, redirectTo: elsewhere })
    assert.is((await ask(hub.url, TOKEN))?.status, 200)
    assert.equal(seen, [undefined])
    assert.is(hub.requests[1]?.headers.authorization, `Bearer ${TOKEN}`)
  })()
  other.close()
})
asking('reads an answer that comes packed, and none that would fill the memory', async () => {
  let said: Buffer = gzipSync('{"id":7}')
  const packed = createServer(({ headers }, response) => {
    assert.is(headers['accept-encoding'], 'gzip')
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(said)
  })
  await new Promise<void>((resolve) => packed.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(packed.address() as AddressInfo).port}`
  assert.is(String((await ask(url))?.data), '{"id":7}')
  said = gzipSync(Buffer.alloc(9 * 1024 * 1024))
  assert.is((await failureOf(() => ask(url))).code, 'github_down')
  packed.close()
  packed.closeAllConnections()
})
asking(
  'ends a loop of redirects',
  withGitHub(async ({ hub }) => {
    hub.faults.add({ match: PATH, redirectTo: PATH })
    const failure = await failureOf(() => ask(hub.url))
    assert.equal(
      [failure.code, failure.message],
      ['github_down', 'GitHub answers with a redirect that is not followed'],
    )
    assert.is(hub.requests.length, 4)
  }),
)
for (const redirectTo of ['', 'ftp://127.0.0.1/x', 'https://['])
  asking(
    `fails at a redirect to "${redirectTo}"`,
    withGitHub(async ({ hub }) => {
      hub.faults.add({ match: PATH, redirectTo })
      assert.is((await failureOf(() => ask(hub.url))).code, 'github_down')
    }),
  )
asking('does not follow https to http, not even without the token', async () => {
  const attributes = [{ name: 'commonName', value: '127.0.0.1' }]
  const { cert, private: key } = await generate(attributes, {
    algorithm: 'sha256',
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  })
  await withHub({}, async (hub) => {
    const api = https.createServer({ cert, key }, (_request, response) => {
      response.writeHead(302, { location: `${hub.url}${PATH}` }).end()
    })
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve))
    https.globalAgent.options.ca = cert
    const failure = await failureOf(() => ask(`https://127.0.0.1:${(api.address() as AddressInfo).port}`))
    api.close()
    https.globalAgent.destroy()
    assert.is(failure.message, 'GitHub answers with a redirect that is not followed')
    assert.equal(hub.requests, [])
  })()
})

const RESET = Math.floor(Date.parse('2026-11-22T19:00:00Z') / 1000)
const REFUSALS: Record<string, [fault: Omit<Fault, 'match'>, code: string, message: RegExp]> = {
  'the hourly limit, which is used up': [
    { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(RESET) } },
    'github_limit',
    /^GitHub's rate limit is used up until 2026-11-22T19:00:00\.000Z; a github-token raises it$/,
  ],
  'the limit of calls at once, and takes its own time for it': [
    { status: 403, headers: { 'retry-after': '60', 'x-ratelimit-reset': String(RESET) } },
    'github_limit',
    /^GitHub's rate limit is used up for 60 s;/,
  ],
  'too many requests': [{ status: 429, headers: { 'retry-after': '5' } }, 'github_limit', /used up for 5 s;/],
  'too many requests, without a time': [{ status: 429 }, 'github_limit', /used up; a github-token/],
  'a token that is none': [
    { status: 401 },
    'github_refused',
    /answered 401 to \/repos\/acme\/shop: is github/,
  ],
  'what the token may not see': [{ status: 403 }, 'github_refused', /answered 403 to/],
  'its own failure': [{ status: 500 }, 'github_down', /^GitHub answered 500 to \/repos\/acme\/shop$/],
  'its front that answers alone': [{ status: 502, body: '<html>' }, 'github_down', /answered 502 to/],
  'a status that has no meaning here': [{ status: 204 }, 'github_down', /answered 204 to/],
  'a connection that breaks before the answer': [
    { drop: true },
    'github_down',
    /does not answer \(ECONNRESET\)/,
  ],
  'a connection that breaks in the answer': [{ truncateAt: 20 }, 'github_down', /does not answer/],
}
for (const [title, [fault, code, message]] of Object.entries(REFUSALS))
  asking(
    `tells of ${title}`,
    withHub({}, async (hub) => {
      hub.faults.add({ match: PATH, ...fault })
      const failure = await failureOf(() => ask(hub.url, TOKEN))
      assert.is(failure.code, code)
      assert.match(failure.message, message)
      assert.is(failure.outcome, 'error')
      assert.not.match(failure.message, TOKEN)
    }),
  )
asking('tells of a GitHub that is not there', async () => {
  const failure = await failureOf(() => ask('http://127.0.0.1:1'))
  assert.equal([failure.code, failure.message], ['github_down', 'GitHub does not answer (ECONNREFUSED)'])
})
asking(
  'refuses a whole answer over 8 MB',
  withHub({}, async (hub) => {
    hub.faults.add({ match: PATH, body: 'x'.repeat(8 * 1024 * 1024 + 1) })
    assert.is((await failureOf(() => ask(hub.url))).code, 'github_down')
  }),
)
asking.run()

const POST_PATH = `${PATH}/statuses/x`

const posting = suite('githubPoster')
posting('repeats a POST where 307 or 308 sends it on the same host, and nowhere else', async () => {
  const seen: string[] = []
  const other = createServer((request, response) => {
    seen.push(String(request.headers.authorization))
    response.writeHead(201).end('{}')
  })
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`
  await withGitHub(async ({ hub }) => {
    const { sha } = await hub.push('acme/shop', { files: { a: '1' } })
    const there = `${hub.url}${PATH}/statuses/${sha}`
    const post = githubPoster(accessTo(hub.url, holding(TOKEN)))
    for (const status of [307, 308]) {
      hub.faults.add({ match: POST_PATH, status, redirectTo: there, times: 1 })
      assert.is(await post(POST_PATH, { state: 'success' }), true)
      assert.is(hub.requests.at(-1)?.method, 'POST')
    }
    const before = hub.requests.length
    for (const [status, redirectTo] of [
      [301, there],
      [302, there],
      [307, elsewhere],
    ] as const) {
      hub.faults.add({ match: POST_PATH, status, redirectTo, times: 1 })
      const failure = await failureOf(() => post(POST_PATH, { state: 'success' }))
      assert.is(failure.message, 'GitHub answers with a redirect that is not followed')
    }
    assert.is(hub.requests.length, before + 3)
  })().finally(() => other.close())
  assert.equal(seen, [])
})
posting.run()
