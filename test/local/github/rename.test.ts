import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ask, get, withHub } from './hub.ts'

const manual = { redirect: 'manual' } as const

const renamed = suite('a renamed repository of the local GitHub')
renamed(
  'is led to from its old name by its id, which it keeps',
  withHub({}, async (hub) => {
    const { id } = (await get(hub, '')).body
    await hub.rename('acme/shop', 'other/store')
    for (const rest of ['', '/commits?per_page=1']) {
      const moved = await ask(hub, `/repos/acme/shop${rest}`, manual)
      assert.is(moved.status, 301)
      assert.is(moved.headers.get('location'), `${hub.url}/repositories/${id}${rest}`)
    }
    const { body } = await ask(hub, '/repos/acme/shop')
    assert.equal([body.id, body.full_name], [id, 'other/store'])
    assert.is(hub.id('other/store'), id)
  }),
)
renamed(
  'is led to with 307 where something is written',
  withHub({}, async (hub) => {
    const { sha } = await hub.push('acme/shop', { files: { a: '1' } })
    await hub.rename('acme/shop', 'acme/store')
    const sent = { method: 'POST', body: '{"state":"success"}', headers: { authorization: 'Bearer x' } }
    const path = `/repos/acme/shop/statuses/${sha}`
    assert.is((await ask(hub, path, { ...sent, ...manual })).status, 307)
    assert.is((await ask(hub, path, sent)).status, 201)
  }),
)
renamed(
  'is forgotten by its old name when another repository takes it',
  withHub({}, async (hub) => {
    await hub.rename('acme/shop', 'acme/store')
    await hub.create('acme/shop', { files: { a: '1' } })
    const { status, body } = await ask(hub, '/repos/acme/shop', manual)
    assert.equal([status, body.full_name], [200, 'acme/shop'])
  }),
)
renamed(
  'that is private leads no stranger on',
  withHub({}, async (hub) => {
    await hub.create('acme/vault', { files: { a: '1' } }, { private: true })
    await hub.rename('acme/vault', 'acme/safe')
    assert.is((await ask(hub, '/repos/acme/vault', manual)).status, 404)
    assert.is(
      (await ask(hub, '/repos/acme/vault', { ...manual, headers: { authorization: 'Bearer x' } })).status,
      301,
    )
  }),
)
renamed.run()
