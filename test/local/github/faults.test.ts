import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { get, withHub } from './hub.ts'

const faults = suite('faults')

faults(
  'answers with another status as often as told, then as ever',
  withHub({}, async (hub) => {
    hub.faults.add({ match: 'GET /repos/acme/shop', times: 2, status: 502 })
    assert.is((await get(hub, '')).status, 502)
    assert.is((await get(hub, '/branches/develop')).status, 502)
    assert.is((await get(hub, '')).status, 200)
  }),
)
faults(
  'matches an expression against method, path and query',
  withHub({}, async (hub) => {
    const headers = { 'retry-after': '60' }
    hub.faults.add({ match: /^GET .*\?per_page=1$/g, status: 429, headers, body: '{"message":"slow down"}' })
    for (let times = 0; times < 2; times += 1) {
      const { status, headers: sent, body } = await get(hub, '/commits?per_page=1')
      assert.is(status, 429)
      assert.is(sent.get('retry-after'), '60')
      assert.is(body.message, 'slow down')
    }
    assert.is((await get(hub, '/commits?per_page=2')).status, 200)
    hub.faults.clear()
    assert.is((await get(hub, '/commits?per_page=1')).status, 200)
  }),
)
faults(
  'adds headers to the real answer',
  withHub({}, async (hub) => {
    hub.faults.add({ match: 'GET', headers: { 'X-RateLimit-Remaining': '0' } })
    const { status, headers, body } = await get(hub, '')
    assert.is(status, 200)
    assert.is(headers.get('x-ratelimit-remaining'), '0')
    assert.is(body.full_name, 'acme/shop')
  }),
)
faults(
  'redirects to wherever it is told',
  withHub({}, async (hub) => {
    hub.faults.add({ match: 'tarball', redirectTo: 'http://169.254.169.254/' })
    const response = await fetch(`${hub.url}/repos/acme/shop/tarball/develop`, { redirect: 'manual' })
    assert.is(response.status, 302)
    assert.is(response.headers.get('location'), 'http://169.254.169.254/')
  }),
)
faults(
  'breaks the connection without an answer, after a while if told',
  withHub({}, async (hub) => {
    hub.faults.add({ match: 'GET', drop: true, delayMs: 5, times: 1 })
    assert.is(
      await fetch(`${hub.url}/repos/acme/shop`).then(
        () => 'answered',
        () => 'broken',
      ),
      'broken',
    )
    assert.is((await get(hub, '')).status, 200)
  }),
)
faults(
  'breaks a document and an archive half way',
  withHub({}, async (hub) => {
    hub.faults.add({ match: 'GET /repos/acme/shop/contents', truncateAt: 10 })
    hub.faults.add({ match: 'legacy.tar.gz', truncateAt: 100 })
    for (const path of ['contents/images.json', 'tarball/develop']) {
      const response = await fetch(`${hub.url}/repos/acme/shop/${path}`)
      const { bytes, ended } = await readAll(response)
      assert.is(response.status, 200)
      assert.is(bytes, path.startsWith('tarball') ? 100 : 10)
      assert.is(ended, 'broken')
    }
  }),
)
faults(
  'sends a part and then nothing, with the connection open, and can still be closed',
  withHub({}, async (hub) => {
    hub.faults.add({ match: 'GET /repos/acme/shop/contents', stallAfter: 10 })
    const stop = new AbortController()
    const response = await fetch(`${hub.url}/repos/acme/shop/contents/images.json`, { signal: stop.signal })
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    assert.is((await reader.read()).value?.length, 10)
    const more = reader.read().then(
      () => 'more',
      () => 'stopped',
    )
    assert.is(
      await Promise.race([more, new Promise((resolve) => setImmediate(() => resolve('open')))]),
      'open',
    )
    stop.abort()
    assert.is(await more, 'stopped')
  }),
)
faults.run()

async function readAll(response: Response): Promise<{ bytes: number; ended: 'whole' | 'broken' }> {
  let bytes = 0
  try {
    for await (const chunk of response.body as ReadableStream<Uint8Array>) bytes += chunk.length
    return { bytes, ended: 'whole' }
  } catch {
    return { bytes, ended: 'broken' }
  }
}
