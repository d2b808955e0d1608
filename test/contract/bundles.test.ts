import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { sign } from '../../functions/shared/signature.ts'
import type { Answer, Call, RunningHost } from '../local/host/running-host.ts'
import { closed, SHA } from '../webhook/deliveries.ts'
import { deployed, takingQueue } from './deployed.ts'

// The bundles as they are deployed, in what stands for the node22 template: what the template does to a call
// (docs/decisions/0007), our functions must not notice.
const webhook = suite('dist/webhook in the template')
const queue = await takingQueue()
let hook: RunningHost
webhook.before(async () => {
  hook = await deployed('webhook', { gateway_url: queue.url })
})
webhook.after(async () => {
  await hook.stop()
  queue.close()
})
const deliver = (event: string, body: Buffer | string, headers: Call['headers'] = {}) =>
  hook.call('/', {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-hub-signature-256': sign('hook', body),
      ...headers,
    },
  })
// Not what JSON.stringify would write: the signature is over these bytes.
const SPACED = '{ "zen" : "Grüße \\u00e9" ,\r\n"hook_id":1}\n'

webhook('verifies GitHub’s very bytes, whatever their spacing', async () => {
  assert.is((await deliver('ping', SPACED)).status, 200)
  const signature = { 'x-hub-signature-256': sign('hook', SPACED) }
  assert.is((await deliver('ping', JSON.stringify(JSON.parse(SPACED)), signature)).status, 401)
})
webhook('bytes that are no UTF-8 are verified as they are, and then 400', async () => {
  assert.is((await deliver('ping', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))).status, 400)
})
webhook('a merge is 202 and queued, signed with the other secret', async () => {
  const answer = await deliver('pull_request', JSON.stringify(closed()))
  assert.equal([answer.status, JSON.parse(answer.text).sha], [202, SHA])
  const [taken] = queue.taken
  assert.equal([taken?.path, taken?.signature], ['/async-function/build', sign('payload', taken?.body ?? '')])
})
webhook('a delivery of 1 MB is read', async () => {
  assert.is((await deliver('ping', JSON.stringify({ zen: 'x'.repeat(1_000_000) }))).status, 200)
})
webhook('a body that the template inflated is 415', async () => {
  const zipped = gzipSync(SPACED)
  const headers = { 'content-encoding': 'gzip', 'x-hub-signature-256': sign('hook', SPACED) }
  assert.is((await deliver('ping', zipped, headers)).status, 415)
})
webhook('a signature given twice is 401, headers in arrays do no harm', async () => {
  const twice = [sign('hook', SPACED), sign('hook', SPACED)]
  assert.is((await deliver('ping', SPACED, { 'x-hub-signature-256': twice })).status, 401)
  assert.is((await deliver('ping', SPACED, { 'set-cookie': ['a=1', 'b=2'] })).status, 200)
})
webhook.run()

const badge = suite('dist/badge in the template')
let shown: RunningHost
badge.before(async () => {
  shown = await deployed('badge')
})
badge.after(() => shown.stop())
const BADGE = {
  'content-type': 'image/svg+xml; charset=utf-8',
  'x-content-type-options': 'nosniff',
  expires: '0',
}
const looksLikeABadge = ({ status, headers }: Answer) => {
  assert.is(status, 200)
  for (const [name, value] of Object.entries(BADGE)) assert.is(headers[name], value, name)
  assert.match(String(headers['cache-control']), /no-store/)
  assert.match(String(headers.etag), /^"[\w-]{43}"$/)
}

badge('is an image, also without a registry, by GET and by HEAD', async () => {
  const got = await shown.call('/web.svg')
  looksLikeABadge(got)
  const head = await shown.call('/web.svg', { method: 'HEAD' })
  looksLikeABadge(head)
  assert.equal([head.text, head.headers['content-length']], ['', String(got.body.length)])
})
badge('known bytes are 304 with their headers, without type', async () => {
  const { headers } = await shown.call('/web.svg')
  const again = await shown.call('/web.svg', { headers: { 'if-none-match': `W/${headers.etag}` } })
  assert.equal([again.status, again.text, again.headers.etag], [304, '', headers.etag])
  assert.equal([again.headers['content-type'], again.headers.expires], [undefined, '0'])
})
badge('repeated query keys, arrays of headers and bodies do no harm', async () => {
  looksLikeABadge(await shown.call('/web.svg?style=a&style=b&key=1&key=2'))
  looksLikeABadge(await shown.call('/web.svg', { headers: { 'set-cookie': ['a=1', 'b=2'] } }))
  looksLikeABadge(await shown.call('/web.svg', { method: 'GET', body: '{"a":1}' }))
})
badge('a path that is none of ours is an image or 404, never 200 with a text', async () => {
  for (const path of ['//', '/%zz', '/a%2Fb', '/web/builds/x.log', '/__proto__', '/web.openfaas-fn/x']) {
    const { status, text } = await shown.call(path)
    assert.is(status, 404, path)
    assert.is(JSON.parse(text).error, 'not_found', path)
  }
})
badge.run()

const refusing = suite('a bundle answers an error as an error')
const NAMES = ['webhook', 'build', 'badge'] as const
const hosts = new Map<string, RunningHost>()
refusing.before(async () => {
  for (const name of NAMES) hosts.set(name, await deployed(name))
})
refusing.after(async () => {
  for (const host of hosts.values()) await host.stop()
})
const REFUSED: [
  name: 'webhook' | 'build' | 'badge',
  title: string,
  path: string,
  call: Call,
  status: number,
][] = [
  ['webhook', 'GET', '/', {}, 405],
  ['webhook', 'a POST of nothing', '/', { method: 'POST', body: '' }, 401],
  ['webhook', 'a POST of nothing that is signed', '/', signed('hook', ''), 415],
  ['build', 'a POST of nothing', '/', { method: 'POST', body: '' }, 401],
  ['build', 'a POST of nothing that is signed', '/', signed('payload', ''), 400],
  ['build', 'JSON that is none, signed', '/', signed('payload', '{'), 400],
  ['build', 'an unsigned GET', '/web/1?from=0', {}, 401],
  ['build', 'PUT', '/', { method: 'PUT', body: 'x' }, 405],
  ['build', 'more than 64 kB', '/', { method: 'POST', body: Buffer.alloc(70_000) }, 413],
  ['build', 'faas-cli’s path', '/build.openfaas-fn', { method: 'POST', body: '{}' }, 401],
  ['badge', 'an unsigned hint', '/', { method: 'POST', body: '{}' }, 401],
  ['badge', 'a page without its key', '/web/builds.json', {}, 401],
  ['badge', 'DELETE', '/web.svg', { method: 'DELETE' }, 405],
]
for (const [name, title, path, call, status] of REFUSED) {
  refusing(`${name}: ${title} is ${status}`, async () => {
    const answer = await (hosts.get(name) as RunningHost).call(path, call)
    assert.is(answer.status, status)
    if (status !== 413) assert.ok(JSON.parse(answer.text).message)
  })
}
for (const name of NAMES) {
  refusing(`${name}: a missing secret is 503 and named, not 200`, async () => {
    const host = await deployed(name, {}, {})
    const answer = await host.call('/', { method: 'POST', body: '{}' })
    await host.stop()
    assert.is(answer.status, 503)
    assert.match(answer.text, /the secret (webhook|payload)-secret is missing or empty/)
  })
  refusing(
    `${name}: a value that cannot be used is 500 without its text, and the process lives`,
    async () => {
      const host = await deployed(name, { gateway_url: 'canary' })
      for (const _ of [1, 2]) {
        const answer = await host.call('/', { method: 'POST', body: '{}' })
        assert.is(answer.status, 500)
        assert.not.match(answer.text, /canary| at /)
      }
      await host.stop()
    },
  )
}
refusing.run()

function signed(secret: string, body: string): Call {
  return { method: 'POST', body, headers: { 'x-hub-signature-256': sign(secret, body) } }
}
