import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ask, withHub } from './hub.ts'

const enterprise = suite('the local GitHub as Enterprise Server')
enterprise(
  'has its API at /api/v3, and nothing of it elsewhere',
  withHub({ enterprise: true }, async (hub) => {
    assert.is(hub.url, `${hub.web}/api/v3`)
    const { status, body, headers } = await ask(hub, '/repos/acme/shop')
    assert.equal([status, body.url], [200, `${hub.url}/repos/acme/shop`])
    assert.is(body.html_url, `${hub.web}/acme/shop`)
    assert.ok(headers.get('x-github-enterprise-version'))
    assert.is((await fetch(`${hub.web}/repos/acme/shop`)).status, 404)
  }),
)
enterprise(
  'limits nobody’s questions',
  withHub({ enterprise: true }, async (hub) => {
    const { status, body } = await ask(hub, '/rate_limit')
    assert.equal([status, body.message], [404, 'Rate limiting is not enabled.'])
    assert.is((await ask(hub, '/repos/acme/shop')).headers.get('x-ratelimit-remaining'), null)
  }),
)
enterprise(
  'leads to the next page of a list below its prefix',
  withHub({ enterprise: true }, async (hub) => {
    for (const a of ['1', '2']) await hub.push('acme/shop', { files: { a } })
    const { headers } = await ask(hub, '/repos/acme/shop/commits?per_page=1')
    assert.match(
      headers.get('link') ?? '',
      `<${hub.url}/repos/acme/shop/commits?per_page=1&page=2>; rel="next"`,
    )
  }),
)
enterprise(
  'has tarballs and pages on the same host',
  withHub({ enterprise: true }, async (hub) => {
    const redirect = await fetch(`${hub.url}/repos/acme/shop/tarball/develop`, { redirect: 'manual' })
    const location = redirect.headers.get('location') ?? ''
    assert.ok(location.startsWith(`${hub.web}/_codeload/acme/shop/`), location)
    assert.is((await fetch(location)).status, 200)
    const { sha } = await hub.push('acme/shop', { files: { a: '1' } })
    assert.is((await fetch(`${hub.web}/acme/shop/commit/${sha}`)).status, 200)
  }),
)
enterprise.run()
