import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Reply } from '../../functions/shared/http.ts'
import { pageKey } from '../../functions/shared/page-key.ts'
import { sign } from '../../functions/shared/signature.ts'
import { hostileText } from './hostile.ts'
import { trying } from './seed.ts'
import { publishedWeb, SECRET, shownBadge } from './shown-badge.ts'
import { elements, wellFormed } from './well-formed.ts'

const { quick, id } = await publishedWeb()
const badge = shownBadge(quick.perform)
const usual = elements(String((await badge({ path: '/web.svg' })).body))

const known = fc.constantFrom(
  '/',
  '/web',
  '/web.svg',
  '/web.json',
  '/web/builds.json',
  `/web/builds/${id}.log`,
)
const path = fc.oneof(
  known,
  fc.tuple(known, hostileText).map(([one, text]) => one + text),
  fc
    .tuple(hostileText, fc.constantFrom('.svg', '.json', '/builds.json', `/builds/${id}.log`))
    .map((two) => `/${two.join('')}`),
  fc.tuple(fc.constant('/web/builds/'), hostileText, fc.constant('.log')).map((parts) => parts.join('')),
  hostileText,
)
const words = (...names: string[]) =>
  fc.dictionary(fc.oneof(fc.constantFrom(...names), hostileText), hostileText, { maxKeys: 4 })
const method = fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'get')

function documented({ status, headers, body }: Reply): void {
  assert.ok([200, 204, 303, 304, 400, 401, 404, 405].includes(status), `HTTP ${status}: ${body}`)
  for (const [name, value] of Object.entries(headers)) assert.not.match(`${name}${value}`, /[\r\n\0]/)
  if (status >= 400) assert.is(typeof JSON.parse(String(body)).error, 'string')
}

const routes = suite('what badge answers')
routes('to any method, path, query and headers is documented, and nothing is thrown', async () => {
  const headers = words('cookie', 'authorization', 'if-none-match', 'x-hub-signature-256', 'accept')
  const property = fc.asyncProperty(
    method,
    path,
    words('key', 'from'),
    headers,
    async (verb, at, query, given) => {
      const reply = await badge({ method: verb, path: at, query, headers: given, body: Buffer.from(at) })
      documented(reply)
      const read = verb === 'GET' || verb === 'HEAD'
      if (read && at.endsWith('.svg')) assert.ok([200, 304].includes(reply.status), at)
      if (reply.status !== 200) return
      assert.ok(/\.svg$|^\/[^/]*\.json(\/|$)/.test(at), `${at} opened without a key`)
      if (at.endsWith('.svg')) assert.ok(wellFormed(String(reply.body)), String(reply.body))
      if (at.endsWith('.svg')) assert.equal(elements(String(reply.body)), usual)
    },
  )
  await fc.assert(property, trying(600))
})
routes('opens to the key of the service or of all, and to nothing that is nearly it', async () => {
  const right = [pageKey(SECRET, 'web'), pageKey(SECRET, '*')]
  const near = fc.tuple(
    fc.constantFrom(...right),
    fc.nat(43),
    fc.constantFrom('', 'A', '-', '=', ' ', '\0', 'é'),
  )
  const key = fc.oneof(
    fc.constantFrom(...right, pageKey(SECRET, 'api'), pageKey('', 'web'), pageKey('', '*'), ''),
    near.map(([good, at, put]) => good.slice(0, at) + put + good.slice(at + 1)),
    hostileText,
  )
  const way = fc.constantFrom('query', 'cookie', 'bearer')
  const page = fc.constantFrom('/web/builds.json', `/web/builds/${id}.log`)
  const property = fc.asyncProperty(key, way, page, async (given, by, at) => {
    const headers = {
      ...(by === 'cookie' && { cookie: `artefacto-key=${given}` }),
      ...(by === 'bearer' && { authorization: `Bearer ${given}` }),
    }
    const reply = await badge({ path: at, headers, query: by === 'query' ? { key: given } : {} })
    documented(reply)
    // 43 letters hold two bits more than 32 bytes: several spellings are the same key.
    const same = right.some(
      (good) =>
        Buffer.from(given, 'base64url').equals(Buffer.from(good, 'base64url')) && /^[\w-]{43}$/.test(given),
    )
    assert.is(reply.status === 401, !same, `HTTP ${reply.status} for ${JSON.stringify(given)}`)
    if (by === 'query' && same)
      assert.not.ok(reply.headers.Location?.includes(given), 'the key leaves the address')
  })
  await fc.assert(property, trying(400))
})
routes('to a hint of any bytes is 204, 400 or 401, and only a signed one is read', async () => {
  const body = fc.oneof(
    hostileText,
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc.constant('{"services":["web"]}'),
  )
  const property = fc.asyncProperty(body, fc.boolean(), async (text, signed) => {
    const headers = signed ? { 'x-hub-signature-256': sign(SECRET, text) } : {}
    const { status } = await badge({ method: 'POST', path: '/', headers, body: Buffer.from(text) })
    assert.ok(signed ? [204, 400].includes(status) : status === 401, `HTTP ${status}`)
  })
  await fc.assert(property, trying(400))
})
routes.run()
