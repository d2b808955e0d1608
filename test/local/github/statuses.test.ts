import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { LocalGitHub } from '../../../local/github/server.ts'
import { ask, get, withHub } from './hub.ts'

const statuses = suite('commit statuses')

statuses(
  'keeps what is posted and combines the newest of each context',
  withHub({ token: 'right' }, async (hub) => {
    const { sha } = await hub.push('acme/shop', { files: { a: '1' } })
    assert.is((await get(hub, `/commits/${sha}/status`)).body.state, 'pending')
    const first = await post(hub, sha, { state: 'pending', context: 'web', target_url: 'http://127.0.0.1/x' })
    assert.is(first.status, 201)
    assert.is(first.body.state, 'pending')
    assert.is(first.body.target_url, 'http://127.0.0.1/x')
    await post(hub, sha, { state: 'success', context: 'web' })
    assert.is((await get(hub, `/commits/${sha}/status`)).body.state, 'success')
    await post(hub, sha, { state: 'error', description: 'no' })
    const { body } = await get(hub, '/commits/develop/status')
    assert.is(body.state, 'failure')
    assert.is(body.sha, sha)
    assert.is(body.total_count, 2)
    const all = (await get(hub, `/commits/${sha}/statuses`)).body
    assert.equal(
      all.map((one: Record<string, string>) => `${one.context} ${one.state}`),
      ['default error', 'web success', 'web pending'],
    )
  }),
)
statuses(
  'refuses one without a token',
  withHub({ token: 'right' }, async (hub) => {
    const { sha } = await hub.push('acme/shop', { files: { a: '1' } })
    assert.is((await post(hub, sha, { state: 'success' }, {})).status, 401)
    assert.is((await post(hub, sha, { state: 'success' }, { authorization: 'Bearer wrong' })).status, 401)
    assert.equal((await get(hub, `/commits/${sha}/statuses`)).body, [])
  }),
)
statuses(
  'refuses what GitHub refuses',
  withHub({ token: 'right' }, async (hub) => {
    const { sha } = await hub.push('acme/shop', { files: { a: '1' } })
    const rows: [string, unknown, number, RegExp][] = [
      [sha, { state: 'green' }, 422, /state/],
      [sha, {}, 422, /state/],
      [sha, { state: 'success', description: 'x'.repeat(141) }, 422, /140/],
      [sha, { state: 'success', target_url: 'javascript:1' }, 422, /http\(s\)/],
      [sha, [], 400, /JSON object/],
      ['a'.repeat(40), { state: 'success' }, 422, /No commit found for SHA/],
      ['develop', { state: 'success' }, 422, /No commit found for SHA/],
    ]
    for (const [ref, status, code, message] of rows) {
      const answer = await post(hub, ref, status)
      assert.is(answer.status, code, JSON.stringify(status).slice(0, 60))
      assert.match(answer.body.message, message)
    }
    assert.is((await post(hub, sha, { state: 'success', description: 'x'.repeat(140) })).status, 201)
    const headers = { authorization: 'Bearer right' }
    const broken = await ask(hub, `/repos/acme/shop/statuses/${sha}`, { method: 'POST', body: '{', headers })
    assert.is(broken.status, 400)
  }),
)
statuses(
  'loses none that are posted at the same time',
  withHub({ token: 'right' }, async (hub) => {
    const { sha } = await hub.push('acme/shop', { files: { a: '1' } })
    const contexts = Array.from({ length: 8 }, (_, index) => `c${index}`)
    await Promise.all(contexts.map((context) => post(hub, sha, { state: 'success', context })))
    assert.is((await get(hub, `/commits/${sha}/status`)).body.total_count, 8)
  }),
)
statuses.run()

function post(
  hub: LocalGitHub,
  sha: string,
  status: unknown,
  headers: Record<string, string> = { authorization: 'Bearer right' },
) {
  return ask(hub, `/repos/acme/shop/statuses/${sha}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(status),
  })
}
